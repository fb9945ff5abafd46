// Where a number stands on a scale.

/** @import { Decades } from "./types.js" */

/**
 * @param {number} v
 * @param {number} low
 * @param {number} high
 */
export const clamp = (v, low, high) => Math.max(low, Math.min(high, v));

/**
 * 0 at 10^(top - decades) and below, 1 at 10^top and above.
 * @param {number} v a size, not negative
 * @param {Decades} decades
 */
export const logLevel = (v, [top, decades]) =>
  clamp((Math.log10(v + 1e-30) - top + decades) / decades, 0, 1);

/**
 * The size and sign behind a byte of a gradient; see gradients_to_bytes in dashboard/common/colour_scales.py.
 * @param {number} byte
 * @param {Decades} decades
 */
export function gradientOf(byte, [top, decades]) {
  const level = byte - 127;
  return level ? Math.sign(level) * 10 ** (top - decades + (Math.abs(level) / 127) * decades) : 0;
}
