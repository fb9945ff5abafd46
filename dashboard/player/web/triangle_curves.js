// The curves beside the triangle's map: the lit row under it, the lit column and the past beside it.

import { write } from "./canvas.js";
import { drawLabels } from "./triangle_map.js";
import { drawAxis, edgeOf, fill, level, powerOf, TOP } from "./triangle_scale.js";

/** @import { TrianglePlace } from "./triangle_types.js" */

/** @param {TrianglePlace} p */
export function drawRow(p) {
  const { x, c, map: m, foot, T, row, S, trace } = p;
  const wide = (m.right - m.left) / T;
  /** @param {number} v */
  const Y = v => foot.bottom - level(p, v) * (foot.bottom - foot.top);
  drawAxis(p, foot.top, foot.bottom, m.left, m.right, true);
  const top = p.largest[row] ? (p.relative ? 1 : p.largest[row]) : 0;
  if (top > 0) {
    const edge = edgeOf(p, row);
    const own = m.left + (trace.origins[row] + (trace.reverse ? 0 : 1)) * wide;
    const far = m.left + (edge ?? 0) * wide;
    x.fillStyle = c.soft;
    x.fillRect(Math.min(own, far), foot.top, Math.abs(own - far), foot.bottom - foot.top);
    x.strokeStyle = c.positive;
    x.setLineDash([4, 4]);
    x.beginPath();
    x.moveTo(m.left, Y(top / 100));
    x.lineTo(m.right, Y(top / 100));
    x.stroke();
    x.setLineDash([]);
    write(
      x,
      S.share,
      trace.reverse ? m.left + 4 : m.right - 4,
      Y(top / 100) - 8,
      c.positive,
      11,
      trace.reverse ? "left" : "right",
    );
  }
  drawCurve(
    p,
    Array.from({ length: T }, (_, t) => [
      m.left + (t + 0.5) * wide,
      p.value(row, t),
      Y(p.value(row, t)),
    ]),
    T <= 60,
  );
  const mark = m.left + (p.column + 0.5) * wide;
  x.strokeStyle = c.text;
  x.setLineDash([2, 3]);
  x.beginPath();
  x.moveTo(mark, foot.top);
  x.lineTo(mark, foot.bottom);
  x.stroke();
  x.setLineDash([]);
  const title = fill(S.row, { h: trace.quantity, k: p.at[row] + 1 });
  write(x, title, m.left, p.single ? 11 : foot.top - 8, c.text, 12, "left", 600);
  if (p.single)
    drawLabels(
      p,
      T,
      t => [m.left + (t + 0.5) * wide, foot.bottom + 11],
      wide,
      t => t,
      "center",
      p.column,
    );
}

/**
 * @param {TrianglePlace} place
 * @param {[left: number, value: number, y: number][]} points
 * @param {boolean} dots
 */
function drawCurve({ x, hue }, points, dots) {
  x.strokeStyle = x.fillStyle = hue;
  x.lineWidth = 2;
  x.beginPath();
  for (const [left, v, y] of points)
    if (v > 0) x.lineTo(left, y);
    else x.moveTo(left, y);
  x.stroke();
  x.lineWidth = 1;
  if (dots)
    for (const [left, v, y] of points)
      if (v > 0) {
        x.beginPath();
        x.arc(left, y, 2.5, 0, 7);
        x.fill();
      }
}

/** @param {TrianglePlace} p */
export function drawColumn(p) {
  const { x, c, map: m, side, K, column, scale, S, trace } = p;
  const tall = (m.bottom - m.top) / K;
  const from = m.top + 34;
  /** @param {number} v */
  const X = v => side.left + level(p, v) * (side.right - side.left);
  for (let d = 0; d <= scale.decades; d += 4) {
    const at = side.left + ((side.right - side.left) * d) / scale.decades;
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(at, from);
    x.lineTo(at, m.bottom);
    x.stroke();
    write(
      x,
      powerOf(scale.top - scale.decades + d),
      at,
      m.bottom + 10,
      c.muted,
      11,
      d ? (d === scale.decades ? "right" : "center") : "left",
    );
  }
  x.save();
  x.beginPath();
  x.rect(side.left - 6, m.top, side.right - side.left + 12, m.bottom - m.top + 2);
  x.clip();
  /** @type {[left: number, value: number, y: number][]} */
  const points = [];
  for (let k = 0; k < K; k++) {
    const v = p.value(k, column);
    if (m.top + (k + 0.5) * tall >= from) points.push([X(v), v, m.top + (k + 0.5) * tall]);
  }
  x.strokeStyle = x.fillStyle = p.hue;
  x.lineWidth = 2;
  x.beginPath();
  let pen = false;
  for (const [left, v, y] of points) {
    if (v > 0) {
      if (pen) x.lineTo(left, y);
      else x.moveTo(left, y);
    }
    pen = v > 0;
  }
  x.stroke();
  x.lineWidth = 1;
  if (K <= 40)
    for (const [left, v, y] of points)
      if (v > 0) {
        x.beginPath();
        x.arc(left, y, 2.5, 0, 7);
        x.fill();
      }
  x.restore();
  const y = m.top + (p.row + 0.5) * tall;
  if (y >= from) {
    x.strokeStyle = c.text;
    x.setLineDash([2, 3]);
    x.beginPath();
    x.moveTo(side.left, y);
    x.lineTo(side.right, y);
    x.stroke();
    x.setLineDash([]);
  }
  write(
    x,
    fill(S.column, { h: trace.quantity, t: column + 1 }),
    side.left,
    m.top + 22,
    c.text,
    12,
    "left",
    600,
  );
}

/**
 * The horizon of the last loss against the updates seen so far.
 * @param {TrianglePlace} p
 * @param {[update: number, horizon: number][]} points
 */
export function drawPast(p, points) {
  const { x, c, side, foot, T, S } = p;
  const top = p.single ? TOP : foot.top;
  const { bottom } = foot;
  const first = points[0][0];
  const last = Math.max(first + 1, points[points.length - 1][0]);
  /** @param {number} u */
  const X = u => side.left + ((u - first) / (last - first)) * (side.right - side.left);
  /** @param {number} h */
  const Y = h => bottom - (h / T) * (bottom - top);
  for (const h of [0, T / 2, T]) {
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(side.left, Y(h));
    x.lineTo(side.right, Y(h));
    x.stroke();
    if (Number.isInteger(h)) write(x, String(h), side.left - 6, Y(h), c.muted, 11, "right");
  }
  x.strokeStyle = x.fillStyle = c.positive;
  x.lineWidth = 2;
  x.beginPath();
  for (const [u, h] of points) x.lineTo(X(u), Y(h));
  x.stroke();
  x.lineWidth = 1;
  const [u, h] = points[points.length - 1];
  x.beginPath();
  x.arc(X(u), Y(h), 3, 0, 7);
  x.fill();
  write(x, S.past, side.left, p.single ? 11 : top - 8, c.text, 12, "left", 600);
  write(x, String(first), side.left, bottom + 11, c.muted, 11);
  write(x, `${S.update} ${last}`, side.right, bottom + 11, c.muted, 11, "right");
}
