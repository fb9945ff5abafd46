// Everything on the shared time axis: the unrolled network, one heatmap per quantity, the gradient per step.

import { prepare, short, write } from "./canvas.js";

export const centre = (t, T, width) => ((t + 0.5) / T) * width;

function cursor(view, x, T, width, height) {
  if (view.t < 0 || view.t >= T) return;
  x.strokeStyle = view.colours.text;
  x.globalAlpha = 0.85;
  x.lineWidth = 1.5;
  const left = (view.t / T) * width, column = Math.max(3, width / T);
  x.strokeRect(left + 0.75, 0.75, column - 1.5, height - 1.5);
  x.globalAlpha = 1;
}

// Slow motion counts the steps as they are read: forward up to step `slow.t` values are known, backward
// from it on gradients are. The reverse direction reads the last step first.
const unseen = (view, t, gradient, T) => {
  if (!view.slow) return false;
  const { stage, t: now } = view.slow, read = reversed(view) ? T - 1 - t : t;
  if (stage === "backward") return gradient && read < now;
  return gradient || (stage === "forward" && read > now);
};

const reversed = view => view.run.header.layers[view.layer]?.[1] === "reverse";

// Where units outnumber the screen's pixels, a row of pixels shows its most extreme unit: none is skipped.
function strongest(data, from, count) {
  let best = data[from];
  for (let k = from + 1; k < from + count; k++) if (Math.abs(data[k] - 127) > Math.abs(best - 127)) best = data[k];
  return best;
}

export function drawHeatmap(view, row, frame, trace) {
  const { T } = frame, { H } = trace, c = view.colours;
  const gradients = view.show === "gradients", gate = view.run.header.gates.includes(row.name);
  const data = gradients ? trace.grads[row.name] : trace.values[row.name];
  const table = gradients || !gate ? c.signed : c.gate;
  const [x, width, height] = prepare(row.canvas);
  const group = Math.max(1, Math.ceil(H / Math.max(1, row.canvas.height))), rows = Math.ceil(H / group);
  row.group = group;
  if (row.image?.width !== T || row.image?.height !== rows) {
    row.buffer = new OffscreenCanvas(T, rows);
    row.image = new ImageData(T, rows);
    row.pixels = new Uint32Array(row.image.data.buffer);
  }
  for (let t = 0; t < T; t++) {
    const hidden = unseen(view, t, gradients, T);
    for (let r = 0; r < rows; r++)
      row.pixels[r * T + t] = hidden ? 0 : table[group === 1 ? data[t * H + r] : strongest(data, t * H + r * group, Math.min(group, H - r * group))];
  }
  row.buffer.getContext("2d").putImageData(row.image, 0, 0);
  x.imageSmoothingEnabled = false;
  x.fillStyle = c.soft;
  x.fillRect(0, 0, width, height);
  x.drawImage(row.buffer, 0, 0, width, height);
  cursor(view, x, T, width, height);
}

// The steps whose symbol has room to be written: the cursor's, marked ones, then every so many.
function named(T, every, marked, cursor) {
  const chosen = new Set(), room = t => ![...chosen].some(other => Math.abs(other - t) < every);
  if (cursor >= 0 && cursor < T) chosen.add(cursor);
  marked.forEach((mark, t) => { if (mark && room(t)) chosen.add(t); });
  for (let t = 0; t < T; t++) if (room(t)) chosen.add(t);
  return chosen;
}

export function drawNetwork(view, canvas, frame, trace, layout) {
  const [x, width, height] = prepare(canvas), { T } = frame, { H } = trace, { at } = view.run.header, c = view.colours;
  const S = view.run.header.strings;
  const step = width / T, radius = Math.max(3, Math.min(step * 0.33, 14, height * 0.17)), y = height * 0.42;
  const fine = 1.2, reverse = reversed(view); // its state flows from right to left
  const norms = trace.norms.h, [top, decades] = view.run.header.decades;
  const level = v => Math.max(0, Math.min(1, (Math.log10(v + 1e-30) - top + decades) / decades));
  const longest = Math.max(...layout.symbols.map(symbol => symbol.length));
  const size = Math.max(11, Math.min(16, longest > 1 ? 13 : step * 0.9));
  const every = Math.ceil((size * (longest > 1 ? 0.62 * longest + 0.6 : 0.75)) / step);
  const marked = layout.symbols.map(symbol => symbol.length > 1 && symbol.endsWith("*"));
  const shown = named(T, every, marked, view.t), boundary = layout.drawing.boundary ?? 0; // the decoder's first step
  if (boundary) {
    x.strokeStyle = c.muted; x.setLineDash([4, 4]); x.lineWidth = 1.2;
    x.beginPath(); x.moveTo(boundary * step, 0); x.lineTo(boundary * step, height); x.stroke(); x.setLineDash([]);
  }
  for (let t = 0; t < T; t++) {
    const X = centre(t, T, width), seen = !unseen(view, t, false, T);
    x.fillStyle = x.strokeStyle = c.muted;
    x.lineWidth = fine;
    x.globalAlpha = seen ? 0.8 : 0.2;
    x.fillRect(X - fine / 2, y + radius, fine, height - size - 3 - y - radius); // rectangles: a third of a stroke's time
    if (t) x.fillRect(X - step + radius, y - fine / 2, step - 2 * radius, fine);
    const answers = at === "every" ? t >= boundary : t === T - 1;
    const spoken = answers && view.slow?.stage === "loss"; // slow motion stops here for a moment
    if (spoken) { x.strokeStyle = c.accent; x.lineWidth = 4; x.globalAlpha = 1; }
    if (answers) { x.beginPath(); x.moveTo(X, y - radius); x.lineTo(X, 4); x.lineTo(X - 3, 9); x.moveTo(X, 4); x.lineTo(X + 3, 9); x.stroke(); }
    let sum = 0;
    if (seen) for (let u = 0; u < H; u++) { const v = trace.values.h[t * H + u] / 127.5 - 1; sum += v * v; }
    x.globalAlpha = seen ? 1 : 0.3;
    const border = t === view.t ? 3 : 1.2, colour = c.css(c.sequential[Math.min(255, Math.round(255 * Math.sqrt(sum / H)))]);
    x.fillStyle = t === view.t ? c.accent : c.muted;
    x.beginPath(); x.arc(X, y, radius + border / 2, 0, 7); x.fill();
    x.globalAlpha = 1;
    x.fillStyle = seen ? colour : c.background;
    x.beginPath(); x.arc(X, y, radius - border / 2, 0, 7); x.fill();
    if (t && !unseen(view, t, true, T)) {
      const l = level(norms[reverse ? t : t - 1]);
      x.fillStyle = c.positive;
      x.globalAlpha = 0.25 + 0.75 * l;
      const base = y + radius + 6;
      const near = X - radius * 0.4, far = X - step + radius * 0.4, head = Math.min(8, step * 0.35);
      const [from, tip] = reverse ? [far, near] : [near, far], way = Math.sign(tip - from);
      const wide = 0.5 + 6 * l;
      x.fillRect(from, base - wide / 2, tip - way * head - from, wide);
      if (l > 0) {
        const half = 2.5 + 3.5 * l;
        x.beginPath(); x.moveTo(tip, base); x.lineTo(tip - way * head, base - half); x.lineTo(tip - way * head, base + half); x.fill();
      }
    }
    x.globalAlpha = seen ? 1 : 0.35;
    if (shown.has(t))
      write(x, layout.symbols[t] === " " ? "␣" : layout.symbols[t], Math.max(layout.symbols[t].length * size * 0.3, X), height - size / 2 - 1, t === view.t ? c.accent : c.text, size, "center", 600);
    x.globalAlpha = 1;
  }
  if (at === "last") write(x, S["loss here"], centre(T - 1, T, width) - 8, 7, c.muted, 12, "right");
}

export function drawGradients(view, canvas, frame, trace) {
  const [x, width, height] = prepare(canvas), { T } = frame, c = view.colours;
  const { names, colours, decades: [top, decades] } = view.run.header;
  const bottom = height - 4, Y = v => {
    const l = (Math.log10(v + 1e-30) - top + decades) / decades;
    return bottom - Math.max(0, Math.min(1, l)) * (height - 10);
  };
  for (let d = 0; d <= decades; d += 2) {
    const at = Y(10 ** (top - decades + d));
    x.strokeStyle = c.line; x.lineWidth = 1;
    x.beginPath(); x.moveTo(0, at); x.lineTo(width, at); x.stroke();
  }
  const line = (values, colour, wide, dash) => {
    x.strokeStyle = colour; x.lineWidth = wide; x.setLineDash(dash);
    x.beginPath();
    let drawing = false;
    for (let t = 0; t < T; t++) {
      if (unseen(view, t, true, T)) { drawing = false; continue; }
      const X = centre(t, T, width);
      if (drawing) x.lineTo(X, Y(values[t])); else x.moveTo(X, Y(values[t]));
      drawing = true;
    }
    x.stroke(); x.setLineDash([]);
    if (width / T > 8) for (let t = 0; t < T; t++) if (!unseen(view, t, true, T)) {
      x.fillStyle = colour;
      x.beginPath(); x.arc(centre(t, T, width), Y(values[t]), wide, 0, 7); x.fill();
    }
  };
  line(trace.shares, c.muted, 1.5, [3, 3]);
  for (const name of names) if (name !== "h") line(trace.norms[name], colours[name], 1.5, []);
  line(trace.norms.h, colours.h, 3, []);
  cursor(view, x, T, width, height);
  for (let d = 0; d <= decades; d += 4)
    write(x, `1e${top - decades + d}`, 2, Y(10 ** (top - decades + d)) - (d ? -7 : 7), c.muted, 11);
}

// What the cursor points at, in words.
export function words(view, frame, trace, layout) {
  const { names, gates, strings: S } = view.run.header, { H } = trace, t = view.t;
  if (t < 0 || t >= frame.T) return S.hover;
  const parts = [`t = ${t + 1} “${layout.symbols[t]}”`];
  if (view.row) {
    const u = Math.min(view.unit, H - 1), n = view.row, k = t * H + u;
    const [top, decades] = view.run.header.decades, level = trace.grads[n][k] - 127;
    const slope = level ? Math.sign(level) * 10 ** (top - decades + (Math.abs(level) / 127) * decades) : 0;
    const v = gates.includes(n) ? trace.values[n][k] / 255 : (trace.values[n][k] / 127.5 - 1) * trace.ranges[n];
    if (view.show === "gradients") parts.push(`∂L/∂${n}[${u}] ≈ ${slope > 0 ? "+" : ""}${slope ? slope.toExponential(0) : `0 ± 1e${top - decades}`}`);
    else parts.push(`${n}[${u}] ≈ ${v >= 0 && !gates.includes(n) ? "+" : ""}${v.toFixed(2)}`);
  }
  for (const n of names) parts.push(`‖∂L/∂${n}‖ ${short(trace.norms[n][t])}`);
  parts.push(`${S.share} ${short(trace.shares[t])}`);
  return parts.join("   ");
}
