// The curves beside the triangle's map: the lit row under it, the lit column and the past beside it.

import { write } from "./canvas.js";
import { exponentsOf, powerOf } from "./scales.js";
import { fill } from "./sentences.js";
import { drawSizes } from "./size_lines.js";
import { drawLabels } from "./triangle_map.js";
import { drawAxis, edgeOf, isReached, level, TOP } from "./triangle_scale.js";

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
    if (level(p, top / 100) > 0) drawShare(p, Y(top / 100));
  }
  const hasZero = drawSizes(
    x,
    {
      decades: p.scale,
      X: t => m.left + (t + 0.5) * wide,
      Y: at => foot.bottom - at * (foot.bottom - foot.top),
    },
    T,
    t => reachedValue(p, row, t),
    { colour: p.hue, wide: 2, dots: T <= 60 },
  );
  if (hasZero) write(x, S["zero gradient"], m.left + 4, foot.bottom - 9, c.muted, 11);
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
 * The line at a hundredth of the row's largest.
 * @param {TrianglePlace} p
 * @param {number} y
 */
function drawShare({ x, c, map: m, trace, S }, y) {
  x.strokeStyle = c.gradient;
  x.setLineDash([4, 4]);
  x.beginPath();
  x.moveTo(m.left, y);
  x.lineTo(m.right, y);
  x.stroke();
  x.setLineDash([]);
  if (trace.reverse) write(x, S.share, m.left + 4, y - 8, c.gradient, 11);
  else write(x, S.share, m.right - 4, y - 8, c.gradient, 11, "right");
}

/**
 * The size of G[k, t]; null at steps that the loss cannot reach.
 * @param {TrianglePlace} p
 * @param {number} k
 * @param {number} t
 */
function reachedValue(p, k, t) {
  const v = p.value(k, t);
  return v > 0 || isReached(p, k, t) ? v : null;
}

/** @param {TrianglePlace} p */
export function drawColumn(p) {
  const { x, c, map: m, side, K, column, scale, S, trace } = p;
  const tall = (m.bottom - m.top) / K;
  const from = m.top + 34;
  const [top, decades] = scale;
  /** @param {number} at */
  const X = at => side.left + at * (side.right - side.left);
  for (const exponent of exponentsOf(scale, (side.right - side.left) / 2)) {
    const at = X((exponent - top + decades) / decades);
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(at, from);
    x.lineTo(at, m.bottom);
    x.stroke();
    const align = exponent === top ? "right" : exponent === top - decades ? "left" : "center";
    write(x, powerOf(exponent), at, m.bottom + 10, c.muted, 11, align);
  }
  x.save();
  x.beginPath();
  x.rect(side.left - 6, m.top, side.right - side.left + 12, m.bottom - m.top + 2);
  x.clip();
  /** @param {number} k */
  const middle = k => m.top + (k + 0.5) * tall;
  drawSizes(
    x,
    { decades: scale, X: middle, Y: X, upright: true },
    K,
    k => (middle(k) >= from ? reachedValue(p, k, column) : null),
    { colour: p.hue, wide: 2, dots: K <= 40 },
  );
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
  x.strokeStyle = x.fillStyle = c.gradient;
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
