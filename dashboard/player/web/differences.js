// What one experiment has more or less than A.

import { isFiniteLevel, LARGEST_LEVEL, NOT_A_NUMBER } from "./scales.js";

/** @import { LayerFrame, Point, Run } from "./types.js" */

/**
 * Curves: the points that both have, subtracted.
 * @param {Point[]} points
 * @param {Point[]} base
 */
export function subtractCurves(points, base) {
  /** @type {Point[]} */
  const differences = [];
  let j = 0;
  for (const [k, v] of points) {
    while (j < base.length && base[j][0] < k) j++;
    if (j < base.length && base[j][0] === k) differences.push([k, v - base[j][1]]);
  }
  return differences;
}

/**
 * Whether unit u of one is unit u of the other: the same cell and size, and so the same first weights.
 * @param {Run} run
 * @param {Run} base
 */
export const areAlike = (run, base) =>
  run.header.sizes.join() === base.header.sizes.join() &&
  run.header.names.join() === base.header.names.join();

/**
 * The trace whose values are those of `trace` less those of `base`, on a scale twice as wide for signed ones.
 * @param {LayerFrame} trace
 * @param {LayerFrame} base
 * @param {string[]} gates
 * @param {Record<string, Uint8Array>} buffers by quantity, written anew at each call
 * @returns {LayerFrame}
 */
export function subtractTraces(trace, base, gates, buffers) {
  /** @type {LayerFrame["values"]} */
  const values = {};
  /** @type {LayerFrame["ranges"]} */
  const ranges = {};
  for (const [name, data] of Object.entries(trace.values)) {
    if (buffers[name]?.length !== data.length) buffers[name] = new Uint8Array(data.length);
    const out = buffers[name];
    const other = base.values[name];
    const isGate = gates.includes(name);
    const share = isGate ? LARGEST_LEVEL / 254 : 0.5;
    for (let k = 0; k < data.length; k++) {
      const isLost = isGate
        ? Math.max(data[k], other[k]) === NOT_A_NUMBER
        : !isFiniteLevel(data[k]) || !isFiniteLevel(other[k]);
      out[k] = isLost ? NOT_A_NUMBER : Math.round(127 + (data[k] - other[k]) * share);
    }
    values[name] = out;
    ranges[name] = isGate ? 1 : 2 * trace.ranges[name];
  }
  return { ...trace, values, ranges };
}
