// The curves beside the triangle's map: the lit row under it, the lit column and the past beside it.

import { write, writeWithin } from "./canvas.js";
import { exponentsOf, powerOf } from "./scales.js";
import { fill } from "./sentences.js";
import { drawSizes } from "./size_lines.js";
import { drawLabels } from "./triangle_map.js";
import { drawAxis, edgeOf, isReached, level } from "./triangle_scale.js";

/** @import { TrianglePlace } from "./triangle_types.js" */
/** @import { Pen } from "./types.js" */

/** @param {TrianglePlace} p */
export function drawRow(p) {
  const { x, c, map: m, foot, T, row, S, trace } = p;
  const wide = (m.right - m.left) / T;
  /** @param {number} v */
  const Y = v => foot.bottom - level(p, v) * (foot.bottom - foot.top);
  drawAxis(p, foot.top, foot.bottom, m.left, m.right, true);
  const top = p.largest[row] ? (p.relative ? 1 : p.largest[row]) : 0;
  let hasShare = false;
  if (top > 0) {
    const edge = edgeOf(p, row);
    const own = m.left + (trace.origins[row] + (trace.reverse ? 0 : 1)) * wide;
    const far = m.left + (edge ?? 0) * wide;
    x.fillStyle = c.soft;
    x.fillRect(Math.min(own, far), foot.top, Math.abs(own - far), foot.bottom - foot.top);
    hasShare = level(p, top / 100) > 0;
    if (hasShare) drawShare(p, Y(top / 100));
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
  explainMarks(p, hasShare, hasZero);
  const mark = m.left + (p.column + 0.5) * wide;
  x.strokeStyle = c.text;
  x.setLineDash([2, 3]);
  x.beginPath();
  x.moveTo(mark, foot.top);
  x.lineTo(mark, foot.bottom);
  x.stroke();
  x.setLineDash([]);
  const title = fill(S.row, { h: trace.quantity, k: p.at[row] + 1 });
  write(x, title, p.narrow ? 0 : m.left, p.single ? 11 : foot.top - 11, c.text, 14, "left", 600);
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
function drawShare({ x, c, map: m }, y) {
  dash(x, c.text, m.left, y, m.right);
}

/**
 * @param {Pen} x
 * @param {string} colour
 * @param {number} from
 * @param {number} y
 * @param {number} to
 */
function dash(x, colour, from, y, to) {
  x.strokeStyle = colour;
  x.setLineDash([4, 4]);
  x.beginPath();
  x.moveTo(from, y);
  x.lineTo(to, y);
  x.stroke();
  x.setLineDash([]);
}

/**
 * Under the curve: what its dashed line and its rings mean.
 * @param {TrianglePlace} p
 * @param {boolean} hasShare
 * @param {boolean} hasZero
 */
function explainMarks({ x, c, map: m, foot, S, single }, hasShare, hasZero) {
  const y = foot.bottom + (single ? 30 : 13);
  let left = m.left;
  if (hasShare) {
    dash(x, c.text, left, y, left + 20);
    write(x, S.share, left + 26, y, c.muted, 12);
    left += 46 + x.measureText(S.share).width;
  }
  if (hasZero) write(x, S["zero gradient"], left, y, c.muted, 12);
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
  const { x, c, beside, K, column, scale, S, trace } = p;
  const tall = (beside.bottom - beside.top) / K;
  const from = beside.top + beside.head;
  const [top, decades] = scale;
  /** @param {number} at */
  const X = at => beside.left + at * (beside.right - beside.left);
  for (const exponent of exponentsOf(scale, (beside.right - beside.left) / 2)) {
    const at = X((exponent - top + decades) / decades);
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(at, from);
    x.lineTo(at, beside.bottom);
    x.stroke();
    const align = exponent === top ? "right" : exponent === top - decades ? "left" : "center";
    write(x, powerOf(exponent), at, beside.bottom + 10, c.muted, 12, align);
  }
  /** @param {number} k */
  const middle = k => beside.top + (k + 0.5) * tall;
  x.save();
  x.beginPath();
  x.rect(beside.left - 6, beside.top, beside.right - beside.left + 12, tall * K + 2);
  x.clip();
  drawSizes(
    x,
    { decades: scale, X: middle, Y: X, upright: true },
    K,
    k => (middle(k) >= from ? reachedValue(p, k, column) : null),
    { colour: p.hue, wide: 2, dots: K <= 40 },
  );
  x.restore();
  const y = middle(p.row);
  if (y >= from) {
    x.strokeStyle = c.text;
    x.setLineDash([2, 3]);
    x.beginPath();
    x.moveTo(beside.left, y);
    x.lineTo(beside.right, y);
    x.stroke();
    x.setLineDash([]);
  }
  const title = fill(S.column, { h: trace.quantity, t: column + 1 });
  if (p.narrow) write(x, title, 0, beside.top - 14, c.text, 14, "left", 600);
  else {
    const room = beside.right - beside.left;
    writeWithin(x, title, room, beside.left, beside.top + 22, c.text, 14, "left", 600);
  }
  if (p.narrow)
    drawLabels(
      p,
      K,
      k => [beside.left - 6, middle(k)],
      tall,
      k => p.at[k],
      "right",
      p.row,
    );
}

/**
 * The horizon of the last loss against the updates seen so far.
 * @param {TrianglePlace} p
 * @param {[update: number, horizon: number][]} points
 */
export function drawPast(p, points) {
  const { x, c, past, T, S } = p;
  const { top, bottom } = past;
  const first = points[0][0];
  const last = Math.max(first + 1, points[points.length - 1][0]);
  /** @param {number} u */
  const X = u => past.left + ((u - first) / (last - first)) * (past.right - past.left);
  /** @param {number} h */
  const Y = h => bottom - (h / T) * (bottom - top);
  for (const h of [0, T / 2, T]) {
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(past.left, Y(h));
    x.lineTo(past.right, Y(h));
    x.stroke();
    if (Number.isInteger(h)) write(x, String(h), past.left - 6, Y(h), c.muted, 12, "right");
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
  const left = p.narrow ? 0 : past.left;
  writeWithin(x, S.past, past.right - left, left, top - 12, c.text, 14, "left", 600);
  const isFirst = u === first;
  write(x, isFirst ? `${S.update} ${u}` : String(first), past.left, bottom + 11, c.muted, 12);
  if (!isFirst) write(x, `${S.update} ${u}`, past.right, bottom + 11, c.muted, 12, "right");
}
