// The map G[k, t] of the triangle: a row for each loss, a column for each step.

import { imageOf, write } from "./canvas.js";
import { NOT_A_NUMBER, powerOf } from "./scales.js";
import { fill } from "./sentences.js";
import { edgeOf, isReached, shadeOf } from "./triangle_scale.js";

/** @import { TrianglePlace } from "./triangle_types.js" */
/** @import { Pen } from "./types.js" */

/** @param {TrianglePlace} p */
export function drawMap(p) {
  const { x, c, T, K, row, map: m, trace } = p;
  const wide = (m.right - m.left) / T;
  const tall = (m.bottom - m.top) / K;
  const buffer = imageOf(T, K, pixels => {
    for (let k = 0; k < K; k++)
      for (let t = 0; t < T; t++) {
        const v = p.value(k, t);
        if (Number.isFinite(v)) pixels[k * T + t] = shadeOf(p, v);
        else if (isReached(p, k, t)) pixels[k * T + t] = c.signedLevels[NOT_A_NUMBER];
      }
  });
  x.imageSmoothingEnabled = false;
  x.strokeStyle = c.line;
  x.strokeRect(m.left, m.top, m.right - m.left, m.bottom - m.top);
  x.drawImage(buffer, m.left, m.top, m.right - m.left, m.bottom - m.top);
  // How far back each loss reaches: a stroke at the last step that is still at a hundredth.
  x.strokeStyle = c.text;
  x.lineWidth = 2;
  x.beginPath();
  for (let k = 0; k < K; k++) {
    const edge = edgeOf(p, k);
    if (edge === null || edge <= 0 || edge >= T) continue; // nothing, or all there is
    const at = m.left + edge * wide;
    const y = m.top + k * tall;
    x.moveTo(at, y);
    x.lineTo(at, y + tall);
  }
  x.stroke();
  x.lineWidth = 1;
  // The row that is pointed at, lit as far as it reaches; all others dimmed.
  const y = m.top + row * tall;
  const edge = edgeOf(p, row);
  x.fillStyle = c.background;
  x.globalAlpha = 0.45;
  x.fillRect(m.left, m.top, m.right - m.left, y - m.top);
  x.fillRect(m.left, y + tall, m.right - m.left, m.bottom - y - tall);
  x.globalAlpha = 1;
  x.strokeStyle = c.text;
  x.lineWidth = 1.5;
  const own = m.left + (trace.origins[row] + (trace.reverse ? 0 : 1)) * wide;
  const far = edge === null ? own : m.left + edge * wide;
  x.strokeRect(Math.min(own, far), y, Math.max(2, Math.abs(own - far)), Math.max(2, tall));
  x.setLineDash([2, 3]);
  x.strokeRect(m.left + p.column * wide, m.top, Math.max(2, wide), m.bottom - m.top);
  x.setLineDash([]);
  x.lineWidth = 1;
  const title = fill(p.S[p.narrow ? "short title" : "title"], { h: trace.quantity });
  write(x, title, p.narrow ? 0 : m.left, 11, c.text, 14, "left", 600);
  drawLabels(
    p,
    K,
    k => [m.left - 6, m.top + (k + 0.5) * tall],
    tall,
    k => p.at[k],
    "right",
    row,
  );
  drawLabels(
    p,
    T,
    t => [m.left + (t + 0.5) * wide, m.bottom + 10],
    wide,
    t => t,
    "center",
    p.column,
  );
}

/**
 * Step numbers and symbols, as many as there is room for; the one pointed at always.
 * @param {TrianglePlace} p
 * @param {number} n
 * @param {(k: number) => [left: number, top: number]} place
 * @param {number} room
 * @param {(k: number) => number} step
 * @param {"right" | "center"} align
 * @param {number} lit
 */
export function drawLabels(p, n, place, room, step, align, lit) {
  const { x, c, symbols } = p;
  const need = align === "right" ? 13 : Math.max(24, 7 * String(n).length + 8); // px
  const every = Math.max(1, Math.ceil(need / room));
  for (let k = 0; k < n; k++) {
    const near = Math.abs(k - lit) * room < need && k !== lit;
    if (k !== lit && (k % every || near)) continue;
    const [left, top] = place(k);
    const isLit = k === lit;
    const text = labelOf(x, symbols, step(k), align === "right" ? left : room - 4);
    write(x, text, left, top, isLit ? c.text : c.muted, 12, align, isLit ? 700 : 400);
  }
}

/**
 * The number of a step, and its symbol where both fit.
 * @param {Pen} x
 * @param {string[]} symbols
 * @param {number} t
 * @param {number} room px
 */
function labelOf(x, symbols, t, room) {
  const number = String(t + 1);
  const both = `${number} · ${symbols[t]}`; // the symbol may be a number too
  return symbols[t] !== number && x.measureText(both).width <= room ? both : number;
}

/**
 * @param {TrianglePlace} p
 * @param {boolean} relative
 */
export function drawLegend(p, relative) {
  const { x, c, legend, scale, S } = p;
  const [top, decades] = scale;
  const wide = legend.right - legend.left;
  for (let k = 0; k < wide; k++) {
    x.fillStyle = c.css(shadeOf(p, 10 ** (top - decades + (decades * k) / wide)));
    x.fillRect(legend.left + k, legend.top, 1.5, 10);
  }
  x.strokeStyle = c.line;
  x.strokeRect(legend.left, legend.top, wide, 10);
  const under = legend.top + 19;
  write(x, powerOf(top - decades), legend.left, under, c.muted, 12);
  const middle = legend.left + wide / 2;
  write(x, relative ? S.ofLargest : S.size, middle, under, c.muted, 12, "center");
  write(x, powerOf(top), legend.right, under, c.muted, 12, "right");
}
