// Where a number stands on a scale, and what a byte of the wire stands for: see dashboard/common/colour_scales.py.

/** @import { Decades } from "./types.js" */

export const NOT_A_NUMBER = 255; // a byte
const ZERO = 127;
export const LARGEST_LEVEL = 126; // of a finite value
const SMALLEST_LEVEL = 2; // of a gradient on its scale; 1 is below it, but not 0
const TICK = 20; // px from one label of an axis to the next, at least
const ROUND_NUMBERS = [1, 1.5, 2, 3, 5, 7, 10];

/**
 * @param {number} v
 * @param {number} low
 * @param {number} high
 */
export const clamp = (v, low, high) => Math.max(low, Math.min(high, v));

/**
 * 0 at 10^(top - decades) and below, 1 at 10^top and above; NaN of what is no number.
 * @param {number} v a size, not negative
 * @param {Decades} decades
 */
export const logLevel = (v, [top, decades]) =>
  clamp((Math.log10(v) - top + decades) / decades, 0, 1);

/**
 * The whole decades that hold these sizes, two at least.
 * @param {number} least above 0; Infinity where there is none
 * @param {number} most
 * @returns {Decades}
 */
export function decadesBetween(least, most) {
  if (!(most > 0)) return [1, 2];
  const top = Math.ceil(Math.log10(most) - 1e-6) + 0; // no -0
  return [top, Math.max(2, top - Math.floor(Math.log10(least) + 1e-6))];
}

/**
 * The whole decades that hold every size above 0 that is finite.
 * @param {Iterable<ArrayLike<number>>} arrays
 */
export function decadesOf(arrays) {
  let least = Infinity;
  let most = 0;
  for (const values of arrays)
    for (let k = 0; k < values.length; k++) {
      const v = values[k];
      if (!(v > 0 && v < Infinity)) continue;
      if (v < least) least = v;
      if (v > most) most = v;
    }
  return decadesBetween(least, most);
}

/**
 * The scale for what needs one now: the former one, unless something has left it, or it is two decades too wide.
 * @param {Decades | undefined} former
 * @param {Decades} needed
 * @returns {Decades}
 */
export function keepDecades(former, needed) {
  if (!former) return needed;
  const bottoms = [former[0] - former[1], needed[0] - needed[1]];
  const isTopKept = former[0] >= needed[0] && former[0] - needed[0] < 2;
  const isBottomKept = bottoms[0] <= bottoms[1] && bottoms[1] - bottoms[0] < 2;
  const top = isTopKept ? former[0] : needed[0];
  return [top, top - (isBottomKept ? bottoms[0] : bottoms[1])];
}

/**
 * How many decades from one label of an axis to the next, so that there are `most` steps at most.
 * @param {Decades} decades
 * @param {number} most
 */
export const tickStep = ([, decades], most) => Math.max(1, Math.ceil(decades / most));

/**
 * The exponents that an axis names: both ends, and some between.
 * @param {Decades} decades
 * @param {number} room px
 */
export function exponentsOf([top, decades], room) {
  const step = tickStep([top, decades], Math.max(1, Math.floor(room / TICK)));
  const exponents = [top - decades];
  for (let d = top; d > top - decades; d -= step)
    if (d === top || d - (top - decades) >= 0.75 * step) exponents.push(d);
  return exponents;
}

/**
 * The smallest round number that is not below v.
 * @param {number} v above 0
 */
export function roundEnd(v) {
  const power = 10 ** Math.floor(Math.log10(v));
  const number = ROUND_NUMBERS.find(n => v <= n * power * (1 + 1e-9)) ?? 10;
  return +(number * power).toPrecision(2);
}

/**
 * A power of ten as an axis says it.
 * @param {number} exponent
 */
export const powerOf = exponent => (exponent === 0 ? "1" : exponent === 1 ? "10" : `1e${exponent}`);

/**
 * The size and sign behind a byte of a gradient: ± the scale's bottom where it is below it, infinite beyond it.
 * @param {number} byte
 * @param {Decades} decades
 */
export function gradientOf(byte, [top, decades]) {
  const level = byte - ZERO;
  const size = Math.abs(level);
  if (byte === NOT_A_NUMBER) return NaN;
  if (!level) return 0;
  if (size > LARGEST_LEVEL) return Math.sign(level) * Infinity;
  const share = Math.max(0, size - SMALLEST_LEVEL) / (LARGEST_LEVEL - SMALLEST_LEVEL);
  return Math.sign(level) * 10 ** (top - decades + share * decades);
}

/**
 * Whether a gradient is not 0, but below its scale.
 * @param {number} byte
 */
export const isBelowScale = byte => Math.abs(byte - ZERO) === SMALLEST_LEVEL - 1;

/**
 * The signed value behind a byte: infinite beyond its range.
 * @param {number} byte
 * @param {number} range
 */
export function signedOf(byte, range) {
  if (byte === NOT_A_NUMBER) return NaN;
  const level = byte - ZERO;
  return isFiniteLevel(byte) ? (level / LARGEST_LEVEL) * range : Math.sign(level) * Infinity;
}

/**
 * Whether the byte of a signed value stands for a finite one.
 * @param {number} byte
 */
export const isFiniteLevel = byte => Math.abs(byte - ZERO) <= LARGEST_LEVEL;

/**
 * A gate's value, 0 .. 1.
 * @param {number} byte
 */
export const gateOf = byte => (byte === NOT_A_NUMBER ? NaN : byte / (2 * ZERO));
