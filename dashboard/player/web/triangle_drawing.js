// How the triangle is drawn: the map G[k, t], the curve of a row under it, that of a column beside it.

import { prepare, short, write } from "./canvas.js";

const LEFT = 62, TOP = 24, GAP = 12;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Draws everything -> what is pointed at, in words. Sets view.locate(px, py) -> {k, t}.
export function drawTriangle(view) {
  const { header, colours: c } = view, trace = header.traces[view.trace], G = view.matrices[view.trace];
  const [x, width, height] = prepare(view.parts.canvas), T = header.symbols.length, K = header.at.length;
  const single = K === 1, side = single && !header.trains ? 0 : width < 900 ? 190 : 250;
  const foot = single ? height - TOP - 34 : Math.max(110, Math.round(0.24 * height));
  const right = width - side - GAP, bottom = single ? TOP : height - foot - 44;
  const row = view.k < 0 ? K - 1 : Math.min(view.k, K - 1), column = view.t < 0 ? 0 : Math.min(view.t, T - 1);
  const place = {
    x, c, S: header.strings, trace, G, T, K, row, column, single, width, height, relative: view.relative,
    at: header.at, hue: header.colours[trace.quantity] || c.accent, tops: tops(G, K, T),
    map: { left: LEFT, right, top: TOP, bottom }, foot: { top: bottom + (single ? 0 : 40), bottom: height - 20 },
    side: { left: right + GAP + 34, right: width - 8 }, symbols: header.symbols,
  };
  place.scale = view.relative ? { top: 0, decades: header.decades[1] } : { top: header.decades[0], decades: header.decades[1] };
  place.value = (k, t) => G[k * T + t] / (view.relative ? place.tops[k] || 1 : 1);
  if (!single) { map(place); columnCurve(place); legend(place, view.relative); }
  rowCurve(place);
  if (header.trains) past(place, view.past.map(({ update, horizons }) => [update, horizons[view.trace]]));
  view.locate = (px, py) => locate(place, px, py);
  return words(place);
}

// The largest value of each row.
function tops(G, K, T) {
  const found = new Float32Array(K);
  for (let k = 0; k < K; k++) for (let t = 0; t < T; t++) if (G[k * T + t] > found[k]) found[k] = G[k * T + t];
  return found;
}

// 0 at the lowest decade and below, 1 at the highest and above.
const level = ({ scale }, v) => (v > 0 ? Math.max(0, Math.min(1, (Math.log10(v) - scale.top + scale.decades) / scale.decades)) : 0);

function map(p) {
  const { x, c, T, K, row, map: m, trace } = p, wide = (m.right - m.left) / T, tall = (m.bottom - m.top) / K;
  const image = new ImageData(T, K), pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < K; k++) for (let t = 0; t < T; t++) {
    const v = p.value(k, t);
    pixels[k * T + t] = v > 0 ? c.sequential[Math.round(255 * level(p, v))] : 0;
  }
  const buffer = new OffscreenCanvas(T, K);
  buffer.getContext("2d").putImageData(image, 0, 0);
  x.imageSmoothingEnabled = false;
  x.strokeStyle = c.line;
  x.strokeRect(m.left, m.top, m.right - m.left, m.bottom - m.top);
  x.drawImage(buffer, m.left, m.top, m.right - m.left, m.bottom - m.top);
  // How far back each loss reaches: a stroke at the last step that is still at a hundredth.
  x.strokeStyle = c.positive; x.lineWidth = 2;
  x.beginPath();
  for (let k = 0; k < K; k++) {
    const edge = end(p, k);
    if (edge === null || edge <= 0 || edge >= T) continue; // nothing, or all there is
    const at = m.left + edge * wide, y = m.top + k * tall;
    x.moveTo(at, y); x.lineTo(at, y + tall);
  }
  x.stroke(); x.lineWidth = 1;
  // The row that is pointed at, lit as far as it reaches; all others dimmed.
  const y = m.top + row * tall, edge = end(p, row);
  x.fillStyle = c.background; x.globalAlpha = 0.45;
  x.fillRect(m.left, m.top, m.right - m.left, y - m.top);
  x.fillRect(m.left, y + tall, m.right - m.left, m.bottom - y - tall);
  x.globalAlpha = 1;
  x.strokeStyle = c.text; x.lineWidth = 1.5;
  const own = m.left + (trace.origins[row] + (trace.reverse ? 0 : 1)) * wide, far = edge === null ? own : m.left + edge * wide;
  x.strokeRect(Math.min(own, far), y, Math.max(2, Math.abs(own - far)), Math.max(2, tall));
  x.setLineDash([2, 3]); x.strokeRect(m.left + p.column * wide, m.top, Math.max(2, wide), m.bottom - m.top); x.setLineDash([]); x.lineWidth = 1;
  write(x, p.S.title.replace("{h}", trace.quantity), m.left, 11, c.text, 13, "left", 600);
  labels(p, K, k => [m.left - 6, m.top + (k + 0.5) * tall], tall, k => p.at[k], "right", row);
  labels(p, T, t => [m.left + (t + 0.5) * wide, m.bottom + 10], wide, t => t, "center", p.column);
}

// The edge of the map at which a loss stops reaching: null where the row is empty.
function end({ trace, tops: most }, k) {
  if (!most[k]) return null;
  const steps = trace.horizons[k];
  return trace.reverse ? trace.origins[k] + steps : trace.origins[k] + 1 - steps;
}

// Step numbers and symbols, as many as there is room for; the one pointed at always.
function labels(p, n, place, room, step, align, lit) {
  const { x, c, symbols } = p, need = align === "right" ? 13 : 24, every = Math.max(1, Math.ceil(need / room));
  for (let k = 0; k < n; k++) {
    const near = Math.abs(k - lit) * room < need && k !== lit;
    if (k !== lit && (k % every || near)) continue;
    const symbol = symbols[step(k)].slice(0, align === "right" ? 3 : Math.max(2, Math.floor(room / 9) - 2)), number = String(step(k) + 1), [left, top] = place(k);
    write(x, symbol !== number && (align === "right" || room > 34) ? `${number} ${symbol}` : number, left, top, k === lit ? c.text : c.muted, 11, align, k === lit ? 700 : 400);
  }
}

function axis(p, from, to, left, right, names) {
  const { x, c, scale } = p, every = Math.abs(from - to) < 90 ? 4 : 2;
  for (let d = 0; d <= scale.decades; d += every) {
    const y = to + ((from - to) * d) / scale.decades;
    x.strokeStyle = c.line; x.beginPath(); x.moveTo(left, y); x.lineTo(right, y); x.stroke();
    if (names) write(x, power(scale.top - scale.decades + d), left - 6, y, c.muted, 11, "right");
  }
}

const power = d => (d === 0 ? "1" : d === 1 ? "10" : `1e${d}`);

function rowCurve(p) {
  const { x, c, map: m, foot, T, row, S, trace } = p, wide = (m.right - m.left) / T;
  const Y = v => foot.bottom - level(p, v) * (foot.bottom - foot.top);
  axis(p, foot.top, foot.bottom, m.left, m.right, true);
  const top = p.tops[row] ? (p.relative ? 1 : p.tops[row]) : 0;
  if (top > 0) {
    const edge = end(p, row), own = m.left + (trace.origins[row] + (trace.reverse ? 0 : 1)) * wide, far = m.left + edge * wide;
    x.fillStyle = c.soft; x.fillRect(Math.min(own, far), foot.top, Math.abs(own - far), foot.bottom - foot.top);
    x.strokeStyle = c.positive; x.setLineDash([4, 4]);
    x.beginPath(); x.moveTo(m.left, Y(top / 100)); x.lineTo(m.right, Y(top / 100)); x.stroke(); x.setLineDash([]);
    write(x, S.share, trace.reverse ? m.left + 4 : m.right - 4, Y(top / 100) - 8, c.positive, 11, trace.reverse ? "left" : "right");
  }
  curve(p, Array.from({ length: T }, (_, t) => [m.left + (t + 0.5) * wide, p.value(row, t), Y(p.value(row, t))]), T <= 60);
  const mark = m.left + (p.column + 0.5) * wide;
  x.strokeStyle = c.text; x.setLineDash([2, 3]); x.beginPath(); x.moveTo(mark, foot.top); x.lineTo(mark, foot.bottom); x.stroke(); x.setLineDash([]);
  const said = fill(S.row, { h: trace.quantity, k: p.at[row] + 1 });
  write(x, said, m.left, p.single ? 11 : foot.top - 8, c.text, 12, "left", 600);
  if (p.single) labels(p, T, t => [m.left + (t + 0.5) * wide, foot.bottom + 11], wide, t => t, "center", p.column);
}

function curve({ x, hue }, points, dots) {
  x.strokeStyle = x.fillStyle = hue; x.lineWidth = 2;
  x.beginPath();
  for (const [left, v, y] of points) if (v > 0) x.lineTo(left, y); else x.moveTo(left, y);
  x.stroke(); x.lineWidth = 1;
  if (dots) for (const [left, v, y] of points) if (v > 0) { x.beginPath(); x.arc(left, y, 2.5, 0, 7); x.fill(); }
}

function columnCurve(p) {
  const { x, c, map: m, side, K, column, scale, S, trace } = p, tall = (m.bottom - m.top) / K;
  const from = m.top + 34;
  const X = v => side.left + level(p, v) * (side.right - side.left);
  for (let d = 0; d <= scale.decades; d += 4) {
    const at = side.left + ((side.right - side.left) * d) / scale.decades;
    x.strokeStyle = c.line; x.beginPath(); x.moveTo(at, from); x.lineTo(at, m.bottom); x.stroke();
    write(x, power(scale.top - scale.decades + d), at, m.bottom + 10, c.muted, 11, d ? (d === scale.decades ? "right" : "center") : "left");
  }
  x.save(); x.beginPath(); x.rect(side.left - 6, m.top, side.right - side.left + 12, m.bottom - m.top + 2); x.clip();
  const points = [];
  for (let k = 0; k < K; k++) { const v = p.value(k, column); if (m.top + (k + 0.5) * tall >= from) points.push([X(v), v, m.top + (k + 0.5) * tall]); }
  x.strokeStyle = x.fillStyle = p.hue; x.lineWidth = 2;
  x.beginPath();
  let pen = false;
  for (const [left, v, y] of points) { if (v > 0) { if (pen) x.lineTo(left, y); else x.moveTo(left, y); } pen = v > 0; }
  x.stroke(); x.lineWidth = 1;
  if (K <= 40) for (const [left, v, y] of points) if (v > 0) { x.beginPath(); x.arc(left, y, 2.5, 0, 7); x.fill(); }
  x.restore();
  const y = m.top + (p.row + 0.5) * tall;
  if (y >= from) { x.strokeStyle = c.text; x.setLineDash([2, 3]); x.beginPath(); x.moveTo(side.left, y); x.lineTo(side.right, y); x.stroke(); x.setLineDash([]); }
  write(x, fill(S.column, { h: trace.quantity, t: column + 1 }), side.left, m.top + 22, c.text, 12, "left", 600);
}

function legend({ x, c, side, scale, S }, relative) {
  const wide = side.right - side.left;
  for (let k = 0; k < wide; k++) { x.fillStyle = c.css(c.sequential[Math.round((255 * k) / wide)]); x.fillRect(side.left + k, 2, 1.5, 10); }
  x.strokeStyle = c.line; x.strokeRect(side.left, 2, wide, 10);
  write(x, power(scale.top - scale.decades), side.left, 21, c.muted, 11);
  write(x, relative ? S.ofLargest : S.size, side.left + wide / 2, 21, c.muted, 11, "center");
  write(x, power(scale.top), side.right, 21, c.muted, 11, "right");
}

// The horizon of the last loss against the updates seen so far.
function past(p, points) {
  const { x, c, side, foot, T, S } = p, top = p.single ? TOP : foot.top, { bottom } = foot;
  const first = points[0][0], last = Math.max(first + 1, points[points.length - 1][0]);
  const X = u => side.left + ((u - first) / (last - first)) * (side.right - side.left), Y = h => bottom - (h / T) * (bottom - top);
  for (const h of [0, T / 2, T]) {
    x.strokeStyle = c.line; x.beginPath(); x.moveTo(side.left, Y(h)); x.lineTo(side.right, Y(h)); x.stroke();
    if (Number.isInteger(h)) write(x, String(h), side.left - 6, Y(h), c.muted, 11, "right");
  }
  x.strokeStyle = x.fillStyle = c.positive; x.lineWidth = 2;
  x.beginPath();
  for (const [u, h] of points) x.lineTo(X(u), Y(h));
  x.stroke(); x.lineWidth = 1;
  const [u, h] = points[points.length - 1];
  x.beginPath(); x.arc(X(u), Y(h), 3, 0, 7); x.fill();
  write(x, S.past, side.left, p.single ? 11 : top - 8, c.text, 12, "left", 600);
  write(x, String(first), side.left, bottom + 11, c.muted, 11);
  write(x, `${S.update} ${last}`, side.right, bottom + 11, c.muted, 11, "right");
}

function locate({ map: m, foot, side, T, K, single }, px, py) {
  const t = Math.floor(((px - m.left) / (m.right - m.left)) * T), k = Math.floor(((py - m.top) / (m.bottom - m.top)) * K);
  const inX = t >= 0 && t < T, inY = !single && k >= 0 && k < K;
  if (inX && inY) return { k, t };
  if (inX && py >= foot.top - 10) return { t };
  if (inY && px >= side.left) return { k };
  return null;
}

function words(p) {
  const { S, T, G, row, column, trace, at, symbols } = p, k = at[row], value = G[row * T + column];
  if (trace.lost[row]) return fill(S.lost, { k: k + 1 });
  if (!(p.tops[row] > 0)) return fill(S.empty, { k: k + 1, h: trace.quantity });
  const steps = trace.horizons[row];
  const reach = fill(S.reaches, { k: k + 1, symbol: symbols[k] === String(k + 1) ? "" : ` (${symbols[k]})`, steps, all: trace.reverse ? T - trace.origins[row] : k + 1 });
  return `${reach} ${fill(S.value, { h: trace.quantity, k: k + 1, t: column + 1, value: value > 0 ? short(value) : "0" })}`;
}
