// The named rows of one network, on one time axis, and the reading of what is lit.

import { say } from "../canvas.js";
import { drawColumn, pointAt } from "../column.js";
import { column, element } from "../page.js";
import { wordsAtCursor } from "../time_axis.js";

export { lightStep, lightUnit, openRow } from "./lighting.js";

/** @import { LayerFrame, Layout, LiveView, RecordedFrame, RunHeader } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildRows(parent, header) {
  const network = column(parent, header);
  const words = element("div", { class: "words" });
  parent.append(words);
  return { network, words };
}

/**
 * Pointing at the rows lights a step, and a unit of a map.
 * @param {LiveView} view
 */
export const wireRows = view => pointAt(view, view.run, view.page.rows.network);

/**
 * @param {LiveView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function drawRows(view, frame, trace, layout) {
  const { rows } = view.page;
  drawColumn(view, rows.network, frame, trace, layout);
  say(rows.words, wordsAtCursor(view, frame, trace, layout));
}
