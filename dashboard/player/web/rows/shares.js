// How much of the gradient arrives at a step: a share of what it was where it started.

import { short } from "../canvas.js";
import { carrierOf } from "../gradient_axis.js";
import { writeFixed } from "../numbers.js";
import { isReversed } from "../time_axis.js";

/** @import { LayerFrame, RunView } from "../types.js" */

/**
 * What is 100 %: the gradient at the step of the loss, where there is one; else the largest of all steps.
 * @param {RunView} view
 * @param {LayerFrame} trace
 * @param {number} T
 */
export function wholeOf(view, trace, T) {
  const { at, names } = view.run.header;
  const norms = trace.norms[carrierOf(names)];
  if (at === "last") return norms[isReversed(view) ? 0 : T - 1];
  let most = 0;
  for (let t = 0; t < T; t++) if (norms[t] > most) most = norms[t];
  return most;
}

/**
 * A size as a share of the whole: "80 %", "0.4 %"; smaller ones as powers, "1e-6"; many times the whole as "×320".
 * @param {number} size not negative
 * @param {number} whole
 */
export function shareInWords(size, whole) {
  if (Number.isNaN(size) || Number.isNaN(whole)) return "NaN";
  if (size === Infinity) return "∞";
  if (size === 0) return "0";
  if (whole === 0 || whole === Infinity) return short(size);
  const share = size / whole;
  if (share < 0.001) return share.toExponential(0);
  if (share >= 1000) return `×${share.toExponential(0).replace("e+", "e")}`;
  if (share >= 9.995) return `×${Math.round(share)}`;
  return share < 0.01 ? `${writeFixed(100 * share, 1)} %` : `${Math.round(100 * share)} %`;
}
