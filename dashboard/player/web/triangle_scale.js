// The scales of the triangle's map and curves, and how far back each loss reaches.

import { write } from "./canvas.js";
import { logLevel } from "./scales.js";

/** @import { TrianglePlace } from "./triangle_types.js" */

export const TOP = 24;

/**
 * A sentence with its {names} filled in.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * The largest value of each row.
 * @param {Float32Array} G
 * @param {number} K
 * @param {number} T
 */
export function largestOfRows(G, K, T) {
  const largest = new Float32Array(K);
  for (let k = 0; k < K; k++)
    for (let t = 0; t < T; t++) if (G[k * T + t] > largest[k]) largest[k] = G[k * T + t];
  return largest;
}

/**
 * 0 at the lowest decade and below, 1 at the highest and above.
 * @param {Pick<TrianglePlace, "scale">} place
 * @param {number} v
 */
export const level = ({ scale }, v) => (v > 0 ? logLevel(v, [scale.top, scale.decades]) : 0);

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

/** @param {number} d */
export const powerOf = d => (d === 0 ? "1" : d === 1 ? "10" : `1e${d}`);

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
  const every = Math.abs(from - to) < 90 ? 4 : 2;
  for (let d = 0; d <= scale.decades; d += every) {
    const y = to + ((from - to) * d) / scale.decades;
    x.strokeStyle = c.line;
    x.beginPath();
    x.moveTo(left, y);
    x.lineTo(right, y);
    x.stroke();
    if (names) write(x, powerOf(scale.top - scale.decades + d), left - 6, y, c.muted, 11, "right");
  }
}
