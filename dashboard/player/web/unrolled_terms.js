// dW_hh as a sum over the steps: what has come together so far, of as many of its numbers as the screen can show.

import { knownAt } from "./unrolled_phases.js";

/** @import { Picked, TermSum, UnrolledHeader, UnrolledLayer, UnrolledView } from "./unrolled_types.js" */

/** @typedef {[delta: string, state: string]} Block of dW_hh: a delta times the state that it had read */
/** @typedef {{ rows: number, columns: number }} Sample every so many rows and columns are summed */

/**
 * @param {Pick<UnrolledHeader, "terms">} header
 * @returns {Block[]}
 */
export const blocksOf = ({ terms }) =>
  terms.flatMap(([deltas, state]) => deltas.map(delta => /** @type {Block} */ ([delta, state])));

/**
 * The steps to which the gradient has come back.
 * @param {UnrolledView} view
 */
export const stepsReturned = view =>
  [...view.header.symbols.keys()].filter(t => knownAt(view, view.layer, t) === "gradients");

/**
 * How many rows and columns stand for one, so that a pixel has one of each.
 * @param {number} blocks
 * @param {number} H
 * @param {number} height px
 * @param {number} width px
 * @returns {Sample}
 */
export const sampleFor = (blocks, H, height, width) => ({
  rows: Math.max(1, Math.ceil((blocks * H) / Math.max(1, height))),
  columns: Math.max(1, Math.ceil(H / Math.max(1, width))),
});

/**
 * Adds step t's term of dW_hh: the gradients of each block of pre-activations times the state that it had read.
 * @param {UnrolledLayer} layer
 * @param {Block[]} blocks
 * @param {number} t
 * @param {Sample} sample
 * @param {Float64Array} to
 */
function addTerm({ H, arrays }, blocks, t, { rows, columns }, to) {
  const wide = Math.ceil(H / columns);
  const high = Math.ceil(H / rows);
  blocks.forEach(([delta, state], b) => {
    for (let j = 0; j < high; j++) {
      const slope = arrays[delta][t * H + j * rows];
      const row = (b * high + j) * wide;
      if (slope)
        for (let i = 0; i < wide; i++) to[row + i] += slope * arrays[state][t * H + i * columns];
    }
  });
}

/**
 * The sum of the terms of these steps. The layer keeps it: in a wide one each term has many numbers.
 * @param {UnrolledLayer} layer
 * @param {Block[]} blocks
 * @param {number[]} steps
 * @param {Sample} sample
 * @param {"sum" | "term"} place
 */
export function sumTerms(layer, blocks, steps, sample, place) {
  const wanted = new Set(steps);
  let sum = layer[place];
  const isOther = sum?.sample.rows !== sample.rows || sum.sample.columns !== sample.columns;
  if (!sum || isOther || [...sum.steps].some(t => !wanted.has(t))) {
    const width = Math.ceil(layer.H / sample.columns);
    const values = new Float64Array(blocks.length * Math.ceil(layer.H / sample.rows) * width);
    sum = layer[place] = { steps: new Set(), values, width, sample, image: null };
  }
  for (const t of steps)
    if (!sum.steps.has(t)) {
      sum.steps.add(t);
      addTerm(layer, blocks, t, sample, sum.values);
      sum.image = null;
    }
  return /** @type {TermSum} */ (sum);
}

/**
 * One number of dW_hh, summed over the steps so far.
 * @param {UnrolledView} view
 * @param {number} block
 * @param {number} unit the row within the block
 * @param {number} column
 * @returns {Picked}
 */
export function weightAt(view, block, unit, column) {
  const { H, arrays } = view.layers[view.layer];
  const [name, state] = blocksOf(view.header)[block];
  let value = 0;
  for (const t of stepsReturned(view))
    value += arrays[name][t * H + unit] * arrays[state][t * H + column];
  return { layer: view.layer, t: view.now.t, name, unit, column, value };
}
