// Which of the T steps the network is drawn for: a window of whole steps, and the columns of the strip of all of them.

import { clamp } from "./scales.js";

/** @typedef {{ start: number, count: number, cell: number }} StepWindow the first step, how many, px of each */

const ENOUGH = 12; // steps: where all quantities leave room for fewer, the states alone are drawn

/**
 * As many whole steps as there is room for.
 * @param {number} T
 * @param {number} width px
 * @param {number} least px of a step
 * @param {number} most px of a step
 */
export function fitSteps(T, width, least, most) {
  const count = clamp(Math.floor(width / least), 1, T);
  return { count, cell: Math.min(most, width / count) };
}

/**
 * The start of the window that has step t in its middle, as far as there are steps on both sides.
 * @param {number} t
 * @param {number} count
 * @param {number} T
 */
export const startAround = (t, count, T) =>
  clamp(Math.round(t - (count - 1) / 2), 0, Math.max(0, T - count));

/**
 * The start of the window, moved no further than step t needs to be seen.
 * @param {number} start
 * @param {number} t
 * @param {number} count
 */
export const startWith = (start, t, count) => clamp(start, t - count + 1, t);

/**
 * Whether the states alone are drawn, as long as the reader has not chosen.
 * @param {number} T
 * @param {number} full the steps that fit with all quantities
 */
export const isCompactFirst = (T, full) => full < Math.min(T, ENOUGH);

/**
 * The steps that share a column of the strip of all steps.
 * @param {number} T
 * @param {number} columns px
 */
export const stepsPerColumn = (T, columns) => Math.max(1, Math.ceil(T / Math.max(1, columns)));

/**
 * Each column's strongest size; what is not a number is stronger than any.
 * @param {ArrayLike<number>} sizes of every step
 * @param {number} group steps of a column
 */
export function strongestOf(sizes, group) {
  const strongest = new Float64Array(Math.ceil(sizes.length / group));
  for (let t = 0; t < sizes.length; t++) {
    const column = Math.floor(t / group);
    if (!(sizes[t] <= strongest[column])) strongest[column] = sizes[t];
  }
  return strongest;
}

/**
 * The Euclidean norm over the units, at every step.
 * @param {Float32Array} values [T, H]
 * @param {number} H
 */
export function normsOf(values, H) {
  const norms = new Float64Array(values.length / H);
  for (let t = 0; t < norms.length; t++) {
    let sum = 0;
    for (let k = t * H; k < (t + 1) * H; k++) sum += values[k] ** 2;
    norms[t] = Math.sqrt(sum);
  }
  return norms;
}
