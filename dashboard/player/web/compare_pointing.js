// Pointing in a comparison: what is pointed at in one column is lit in all of them. A tap or a click keeps it lit.

import { pointed } from "./canvas.js";
import { frameAt, stepsAt } from "./decode.js";
import { pointOut, rowCalled } from "./rows/called.js";
import { partAt, pinStep } from "./rows/lighting.js";

/** @import { ColumnParts, CompareView, StepFigure } from "./compare_types.js" */
/** @import { Run, Show } from "./types.js" */

/**
 * @param {CompareView} view
 * @param {Run} run
 * @param {ColumnParts} parts
 */
export function pointAtColumn(view, run, { says, reads, maps, network, plane, learns }) {
  for (const each of [says.plot, reads.plot, learns.plot, network, plane]) wire(view, run, each);
  for (const map of maps) wire(view, run, map.plot, map.name);
}

/**
 * @param {CompareView} view
 * @param {Run} run
 * @param {HTMLElement} place along whose width the steps stand
 * @param {string} [row] of the quantity whose map it is
 */
function wire(view, run, place, row) {
  /** @param {MouseEvent} event */
  const light = event => {
    const frame = frameAt(run, Math.min(view.run.position, run.frames.length - 1));
    if (!frame) return;
    const box = place.getBoundingClientRect();
    view.t = partAt(event.clientX, box.left, box.width, frame.T);
    view.at = run;
    if (row) {
      const { H } = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
      view.row = row;
      view.unit = partAt(event.clientY, box.top, box.height, H);
    }
    view.dirty = true;
  };
  wireLight(view, place, light);
}

/**
 * Pointing at a figure over the steps.
 * @param {CompareView} view
 * @param {StepFigure} figure
 */
export function pointAtSteps(view, figure) {
  wireLight(view, figure.canvas, event => {
    view.t = figure.t?.(pointed(figure.canvas, event)[0]) ?? -1;
    view.dirty = true;
  });
}

/**
 * A finger that moves scrolls; a tap lights and keeps, and a second one lets go.
 * @param {CompareView} view
 * @param {HTMLElement} place
 * @param {(event: MouseEvent) => void} light
 */
function wireLight(view, place, light) {
  place.onpointermove = event => {
    if (event.pointerType !== "touch") light(event);
  };
  place.onpointerleave = event => {
    if (event.pointerType === "touch") return;
    Object.assign(view, view.pin || { t: -1 });
    view.dirty = true;
  };
  place.onclick = event => {
    const { pin } = view;
    light(event);
    const isSame = pin?.t === view.t && pin.row === view.row && pin.unit === view.unit;
    pinStep(view, !isSame);
    if (isSame && /** @type {PointerEvent} */ (event).pointerType === "touch") view.t = -1;
  };
}

/**
 * What a link in a lesson's text does: it lights a step or a unit in all columns, points out a row of each, shows
 * gradients, or plays slowly.
 * @param {CompareView} view
 * @param {string} verb
 * @param {string} argument
 */
export function followOnComparison(view, verb, argument) {
  if (verb === "slow" && !view.slow) view.page.slow.click();
  if (verb === "slow" && !view.run.playing) view.page.play.click();
  if (verb === "row") pointOutRows(view, argument);
  if (verb === "show") view.show = /** @type {Show} */ (argument);
  if (verb === "step" || verb === "unit") {
    const last = stepsAt(view.run) - 1;
    const [name, unit] = argument.split(".");
    if (verb === "step") view.t = Math.min(last, Math.max(0, Number(argument) - 1));
    else Object.assign(view, { row: name, unit: Number(unit), t: view.t < 0 ? last : view.t });
    pinStep(view, true);
  }
  view.dirty = true;
}

/**
 * @param {CompareView} view
 * @param {string} name of a row, as a text calls it
 */
function pointOutRows(view, name) {
  const rows = view.columns.flatMap(({ run, parts }) => {
    const row = parts.box.querySelector(`.row.${CSS.escape(rowCalled(name, run.header))}`);
    return row instanceof HTMLElement ? [row] : [];
  });
  // What is not seen at first is folded in all columns at once.
  if (rows.some(row => row.closest(".more"))) view.page.openAll();
  rows[0]?.scrollIntoView({ block: "nearest" });
  rows.forEach(pointOut);
}
