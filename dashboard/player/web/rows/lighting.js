// Lighting a step and a unit of it: by pointing, a tap, keys, or a link in a text. What is lit so stays lit.

import { stepsAt } from "../decode.js";
import { clamp } from "../scales.js";

/** @import { LiveView, PlayerView } from "../types.js" */

/**
 * The step, and the number there, stay lit when the pointer leaves; keys pin what they point at.
 * @param {Pick<PlayerView, "pin" | "t" | "row" | "unit">} view
 * @param {boolean} on
 */
export const pinStep = (view, on) => {
  view.pin = on && view.t >= 0 ? { t: view.t, row: view.row, unit: view.unit } : null;
};

/**
 * @param {LiveView} view
 * @param {number} t the step, from 0; the nearest there is
 */
export function lightStep(view, t) {
  view.t = clamp(t, 0, stepsAt(view.run) - 1);
  keepLit(view);
}

/**
 * @param {LiveView} view
 * @param {string} name of a quantity
 * @param {number} unit from 0
 */
export function lightUnit(view, name, unit) {
  view.row = name;
  view.unit = unit;
  if (view.t < 0) view.t = stepsAt(view.run) - 1;
  keepLit(view);
}

/** @param {LiveView} view */
function keepLit(view) {
  pinStep(view, true);
  view.dirty = true;
}

/**
 * Opens a folded row, or brings an open one into sight.
 * @param {LiveView} view
 * @param {string} name of a quantity, or "says", "reads", "learns"
 */
export function openRow(view, name) {
  view.page.root.querySelector(`.row.${name}`)?.scrollIntoView({ block: "nearest" });
  view.dirty = true;
}
