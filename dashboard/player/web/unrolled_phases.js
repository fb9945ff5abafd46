// The phases of one update in slow motion: `countRounds` times T steps forward, the losses, and the same backward.

/** @import { LayerKey } from "./types.js" */
/** @import { Phase } from "./unrolled_types.js" */

/** @typedef {{ header: { layers: LayerKey[], symbols: string[] } }} Network what the phases depend on */

/**
 * Layers that read both ways wait for the whole sequence of the layer below; others can go on step by step together.
 * @param {Network} view
 */
export const countRounds = ({ header: { layers } }) => {
  const both = layers.some(([, direction]) => direction === "reverse");
  return both ? Math.max(...layers.map(([layer]) => layer)) + 1 : 1;
};

/**
 * The number of the last phase; the first is 0.
 * @param {Network} view
 */
export const lastPhase = view => 2 * countRounds(view) * view.header.symbols.length;

/**
 * The losses: all values are known, and the network has answered.
 * @param {Network} view
 */
export const openingPhase = view => lastPhase(view) / 2;

/**
 * The phase in which the gradient comes back to a step.
 * @param {Network} view
 * @param {number} step as the reading direction counts
 */
export const phaseOfReturn = (view, step) => lastPhase(view) - step;

/**
 * What happens in a phase; the step counts as the reading direction does, from 0.
 * @param {Network & { phase: number }} view
 * @returns {Phase}
 */
export function stageOf(view) {
  const T = view.header.symbols.length;
  const all = countRounds(view) * T;
  const { phase } = view;
  if (phase < all) return { stage: "forward", round: Math.floor(phase / T), step: phase % T };
  if (phase === all) return { stage: "loss", round: 0, step: T - 1 };
  const back = 2 * all - phase; // from all - 1 down to 0
  return { stage: "backward", round: Math.floor(back / T), step: back % T };
}

/**
 * What is known of a layer at step t in this phase; "" before it is reached.
 * @param {Network & { phase: number }} view
 * @param {number} layer its place among the header's layers
 * @param {number} t
 * @returns {"values" | "gradients" | ""}
 */
export function knownAt(view, layer, t) {
  const T = view.header.symbols.length;
  const [index, direction] = view.header.layers[layer];
  const read = direction === "reverse" ? T - 1 - t : t;
  const rounds = countRounds(view);
  const all = rounds * T;
  const place = (rounds > 1 ? index : 0) * T + read;
  if (view.phase >= 2 * all - place) return "gradients";
  return view.phase >= all || place <= view.phase ? "values" : "";
}
