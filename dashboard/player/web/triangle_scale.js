// The scales of the triangle's map and curves, and how far back each loss reaches.

import { write } from "./canvas.js";
import { exponentsOf, logLevel, powerOf } from "./scales.js";

/** @import { TrianglePlace } from "./triangle_types.js" */

export const TOP = 24;

/**
 * The largest finite value of each row.
 * @param {Float32Array} G
 * @param {number} K
 * @param {number} T
 */
export function largestOfRows(G, K, T) {
  const largest = new Float32Array(K);
  for (let k = 0; k < K; k++)
    for (let t = 0; t < T; t++) {
      const v = G[k * T + t];
      if (v > largest[k] && v < Infinity) largest[k] = v;
    }
  return largest;
}

/**
 * 0 at the lowest decade and below, 1 at the highest and above.
 * @param {Pick<TrianglePlace, "scale">} place
 * @param {number} v
 */
export const level = ({ scale }, v) => (v > 0 ? logLevel(v, scale) : 0);

/**
 * Whether a step is one that a loss can reach: a 0 there is a gradient that has vanished.
 * @param {Pick<TrianglePlace, "trace">} place
 * @param {number} k
 * @param {number} t
 */
export const isReached = ({ trace }, k, t) =>
  trace.reverse ? t >= trace.origins[k] : t <= trace.origins[k];

/**
 * The edge of the map at which a loss stops reaching: null where the row is empty.
 * @param {Pick<TrianglePlace, "trace" | "largest">} place
 * @param {number} k
 */
export function edgeOf({ trace, largest }, k) {
  if (!largest[k]) return null;
  const steps = trace.horizons[k];
  return trace.reverse ? trace.origins[k] + steps : trace.origins[k] + 1 - steps;
}

/**
 * @param {TrianglePlace} p
 * @param {number} from
 * @param {number} to
 * @param {number} left
 * @param {number} right
 * @param {boolean} names
 */
export function drawAxis(p, from, to, left, right, names) {
  const { x, c, scale } = p;
  const [top, decades] = scale;
  for (const exponent of exponentsOf(scale, Math.abs(from - to))) {
    const y = to + ((from - to) * (exponent - top + decades)) / decades;
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(left, y);
    x.lineTo(right, y);
    x.stroke();
    if (names) write(x, powerOf(exponent), left - 6, y, c.muted, 12, "right");
  }
}

const PALEST = 140; // of the colours of slopes, whose middle is the background

/**
 * The colour of a size: red, the stronger the larger; nothing where there is none.
 * @param {TrianglePlace} p
 * @param {number} v
 */
export const shadeOf = (p, v) =>
  v > 0 ? p.c.slopes[Math.round(PALEST + (255 - PALEST) * level(p, v))] : 0;
