// Bars of signed numbers along the steps: up from the middle where one is positive, down where it is negative.

import { short } from "./canvas.js";

/** @import { Palette, Pen } from "./types.js" */

/**
 * Up from the middle where the number is positive, down where it is negative; × where it is none.
 * @param {Palette} c
 * @param {Pen} x
 * @param {number | null} value
 * @param {number} most as long as half the height
 * @param {{ middle: number, wide: number, height: number }} place
 * @param {boolean} isLit
 */
export function drawSignedBar(c, x, value, most, { middle, wide, height }, isLit) {
  const half = height / 2;
  if (value === null || !Number.isFinite(value)) {
    x.fillStyle = c.text;
    x.fillRect(middle - wide / 2, half - 2, wide, 4);
    return;
  }
  if (value === 0 || most === 0) return;
  const long = Math.max(1, (Math.abs(value) / most) * (half - 1));
  x.fillStyle = value > 0 ? c.positive : c.negative;
  x.fillRect(middle - wide / 2, value > 0 ? half - long : half, wide, long);
  if (!isLit) return;
  x.strokeStyle = c.text;
  x.lineWidth = 1;
  x.strokeRect(middle - wide / 2 - 1, value > 0 ? half - long : half, wide + 2, long);
}

/** @param {(number | null)[]} shares */
export const largestOf = shares =>
  shares.reduce((/** @type {number} */ most, v) => Math.max(most, Math.abs(v ?? 0)), 0);

/**
 * "+0.012", "−0.3"
 * @param {number | null} v
 */
export function signed(v) {
  if (v === null || !Number.isFinite(v)) return "NaN";
  return `${v > 0 ? "+" : v < 0 ? "−" : ""}${short(Math.abs(v))}`;
}

/**
 * The step with the largest share; -1 where there is none.
 * @param {(number | null)[]} shares
 */
export function largestShare(shares) {
  const most = largestOf(shares);
  return most > 0 ? shares.findIndex(v => Math.abs(v ?? 0) === most) : -1;
}
