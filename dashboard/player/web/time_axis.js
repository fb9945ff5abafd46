// Everything on the shared time axis: one heatmap per quantity, the gradient per step, what the cursor points at.

import { prepare, short, write } from "./canvas.js";
import { gradientOf, logLevel } from "./scales.js";

/** @import { LayerFrame, Layout, Pen, RecordedFrame, Row, RunView } from "./types.js" */

/**
 * @param {number} t
 * @param {number} T
 * @param {number} width
 */
export const centre = (t, T, width) => ((t + 0.5) / T) * width;

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} T
 * @param {number} width
 * @param {number} height
 */
function drawCursor(view, x, T, width, height) {
  if (view.t < 0 || view.t >= T) return;
  x.strokeStyle = view.colours.text;
  x.globalAlpha = 0.85;
  x.lineWidth = 1.5;
  const left = (view.t / T) * width;
  const column = Math.max(3, width / T);
  x.strokeRect(left + 0.75, 0.75, column - 1.5, height - 1.5);
  x.globalAlpha = 1;
}

/**
 * Slow motion counts the steps as they are read: forward up to step `slow.t` values are known, backward
 * from it on gradients are. The reverse direction reads the last step first.
 * @param {RunView} view
 * @param {number} t
 * @param {boolean} gradient
 * @param {number} T
 */
export const isUnseen = (view, t, gradient, T) => {
  if (!view.slow) return false;
  const { stage, t: now } = view.slow;
  const read = isReversed(view) ? T - 1 - t : t;
  if (stage === "backward") return gradient && read < now;
  return gradient || (stage === "forward" && read > now);
};

/** @param {RunView} view */
export const isReversed = view => view.run.header.layers[view.layer]?.[1] === "reverse";

/**
 * Where units outnumber the screen's pixels, a row of pixels shows its most extreme unit: none is skipped.
 * @param {Uint8Array} data
 * @param {number} from
 * @param {number} count
 */
function strongest(data, from, count) {
  let best = data[from];
  for (let k = from + 1; k < from + count; k++)
    if (Math.abs(data[k] - 127) > Math.abs(best - 127)) best = data[k];
  return best;
}

/**
 * @param {RunView} view
 * @param {Row} row
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @returns {number} the units that share a row of pixels
 */
export function drawHeatmap(view, row, { T }, trace) {
  const { H } = trace;
  const c = view.colours;
  const gradients = view.show === "gradients";
  const gate = view.run.header.gates.includes(row.name);
  const data = gradients ? trace.grads[row.name] : trace.values[row.name];
  const table = gradients || !gate ? c.signed : c.gate;
  const [x, width, height] = prepare(row.canvas);
  const group = Math.max(1, Math.ceil(H / Math.max(1, row.canvas.height)));
  const rows = Math.ceil(H / group);
  const { buffer, image, pixels } = bitmapOf(row, T, rows);
  for (let t = 0; t < T; t++) {
    const hidden = isUnseen(view, t, gradients, T);
    for (let r = 0; r < rows; r++) {
      const first = t * H + r * group;
      const byte =
        group === 1 ? data[first] : strongest(data, first, Math.min(group, H - r * group));
      pixels[r * T + t] = hidden ? 0 : table[byte];
    }
  }
  const paper = /** @type {OffscreenCanvasRenderingContext2D} */ (buffer.getContext("2d"));
  paper.putImageData(image, 0, 0);
  x.imageSmoothingEnabled = false;
  x.fillStyle = c.soft;
  x.fillRect(0, 0, width, height);
  x.drawImage(buffer, 0, 0, width, height);
  drawCursor(view, x, T, width, height);
  return group;
}

/**
 * The pixels of a row's heatmap, made anew only where their number has changed.
 * @param {Row} row
 * @param {number} T
 * @param {number} rows
 */
function bitmapOf(row, T, rows) {
  if (row.bitmap?.image.width === T && row.bitmap.image.height === rows) return row.bitmap;
  const image = new ImageData(T, rows);
  const pixels = new Uint32Array(image.data.buffer);
  row.bitmap = { buffer: new OffscreenCanvas(T, rows), image, pixels };
  return row.bitmap;
}

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 */
export function drawGradients(view, canvas, frame, trace) {
  const [x, width, height] = prepare(canvas);
  const { T } = frame;
  const c = view.colours;
  const { names, colours } = view.run.header;
  const [top, decades] = view.run.header.decades;
  const bottom = height - 4;
  /** @param {number} v */
  const Y = v => bottom - logLevel(v, [top, decades]) * (height - 10);
  for (let d = 0; d <= decades; d += 2) {
    const at = Y(10 ** (top - decades + d));
    x.strokeStyle = c.line;
    x.lineWidth = 1;
    x.beginPath();
    x.moveTo(0, at);
    x.lineTo(width, at);
    x.stroke();
  }
  /**
   * @param {Float32Array} values
   * @param {string} colour
   * @param {number} wide
   * @param {number[]} dash
   */
  const line = (values, colour, wide, dash) => {
    x.strokeStyle = colour;
    x.lineWidth = wide;
    x.setLineDash(dash);
    x.beginPath();
    let drawing = false;
    for (let t = 0; t < T; t++) {
      if (isUnseen(view, t, true, T)) {
        drawing = false;
        continue;
      }
      const X = centre(t, T, width);
      if (drawing) x.lineTo(X, Y(values[t]));
      else x.moveTo(X, Y(values[t]));
      drawing = true;
    }
    x.stroke();
    x.setLineDash([]);
    if (width / T > 8)
      for (let t = 0; t < T; t++)
        if (!isUnseen(view, t, true, T)) {
          x.fillStyle = colour;
          x.beginPath();
          x.arc(centre(t, T, width), Y(values[t]), wide, 0, 7);
          x.fill();
        }
  };
  line(trace.shares, c.muted, 1.5, [3, 3]);
  for (const name of names) if (name !== "h") line(trace.norms[name], colours[name], 1.5, []);
  line(trace.norms.h, colours.h, 3, []);
  drawCursor(view, x, T, width, height);
  for (let d = 0; d <= decades; d += 4)
    write(x, `1e${top - decades + d}`, 2, Y(10 ** (top - decades + d)) - (d ? -7 : 7), c.muted, 11);
}

/**
 * What the cursor points at, in words.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function wordsAtCursor(view, frame, trace, layout) {
  const { names, strings: S } = view.run.header;
  const t = view.t;
  if (t < 0 || t >= frame.T) return S.hover;
  const parts = [`t = ${t + 1} “${layout.symbols[t]}”`];
  if (view.row) parts.push(numberInWords(view, view.row, trace));
  for (const n of names) parts.push(`‖∂L/∂${n}‖ ${short(trace.norms[n][t])}`);
  parts.push(`${S.share} ${short(trace.shares[t])}`);
  return parts.join("   ");
}

/**
 * The number that is pointed at: a value, or the gradient there.
 * @param {RunView} view
 * @param {string} name
 * @param {LayerFrame} trace
 */
function numberInWords(view, name, trace) {
  const { gates, decades } = view.run.header;
  const u = Math.min(view.unit, trace.H - 1);
  const k = view.t * trace.H + u;
  if (view.show === "gradients") {
    const slope = gradientOf(trace.grads[name][k], decades);
    const size = slope ? slope.toExponential(0) : `0 ± 1e${decades[0] - decades[1]}`;
    return `∂L/∂${name}[${u}] ≈ ${slope > 0 ? "+" : ""}${size}`;
  }
  if (gates.includes(name)) return `${name}[${u}] ≈ ${(trace.values[name][k] / 255).toFixed(2)}`;
  const v = (trace.values[name][k] / 127.5 - 1) * trace.ranges[name];
  return `${name}[${u}] ≈ ${v >= 0 ? "+" : ""}${v.toFixed(2)}`;
}
