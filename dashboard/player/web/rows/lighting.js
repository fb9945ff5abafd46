// Lighting a step and a unit of it: by pointing, a tap, keys, or a link in a text. What is lit so stays lit.

import { frameAt, stepsAt } from "../decode.js";
import { clamp } from "../scales.js";
import { isReversed } from "../time_axis.js";

/** @import { LiveView, PlayerView, RunView } from "../types.js" */
/** @import { MapRow, RowElements } from "./types.js" */

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

/**
 * The step that is lit, else the one that slow motion has come to; -1: none.
 * @param {RunView} view
 * @param {number} T
 */
export function litStepOf(view, T) {
  const { slow, t } = view;
  if (t >= 0 || !slow || slow.stage === "loss") return t;
  return isReversed(view) ? T - 1 - slow.t : slow.t;
}

/** @param {LiveView} view */
function keepLit(view) {
  pinStep(view, true);
  view.dirty = true;
}

/**
 * Opens a folded row, and brings it into sight.
 * @param {LiveView} view
 * @param {string} name of a quantity, or "says", "reads", "learns"; "grads" for the gradients as curves
 */
export function openRow(view, name) {
  const { root } = view.page;
  const row = root.querySelector(`.row.${CSS.escape(name)}`);
  const holder = name === "grads" ? root.querySelector(".row.learns") : row;
  const fold = /** @type {HTMLElement | null | undefined} */ (holder?.querySelector(".fold"));
  const isClosed = fold?.getAttribute("aria-expanded") === "false";
  if (isClosed && name !== "learns") fold?.click();
  row?.scrollIntoView({ block: "nearest" });
  view.dirty = true;
}

/**
 * The unit above or below the one that is lit; past a map's end, that of the next map.
 * @param {PlayerView} view
 * @param {number} by 1: down, -1: up
 * @returns {boolean} whether there was a step for it
 */
export function moveUnit(view, by) {
  const frame = frameAt(view.run, view.run.position);
  if (view.t < 0 || !frame || !("rows" in view.page)) return false;
  const { maps } = /** @type {{ maps: MapRow[] }} */ (view.page.rows);
  const { H } = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
  const k = maps.findIndex(map => map.name === view.row);
  const unit = k < 0 ? 0 : view.unit + by;
  const next = clamp(k < 0 ? 0 : k + (unit < 0 ? -1 : unit >= H ? 1 : 0), 0, maps.length - 1);
  view.row = maps[next].name;
  view.unit = next === k || k < 0 ? clamp(unit, 0, H - 1) : by > 0 ? 0 : H - 1;
  return true;
}

/**
 * Which of n equal parts of an element a point of the screen is in.
 * @param {number} point
 * @param {number} start
 * @param {number} size
 * @param {number} n
 */
export const partAt = (point, start, size, n) =>
  clamp(Math.floor(((point - start) / size) * n), 0, n - 1);

/**
 * Pointing at a row lights the step of all, and in a map the unit too; a click or a tap pins it, or lets it go.
 * @param {LiveView} view
 * @param {RowElements} row
 * @param {string | null} name of the map's quantity
 */
export function pointAtRow(view, { plot }, name = null) {
  /** @param {MouseEvent} event */
  const light = event => {
    const frame = frameAt(view.run, view.run.position);
    if (!frame) return;
    const box = plot.getBoundingClientRect();
    view.t = partAt(event.clientX, box.left, box.width, frame.T);
    if (name) {
      const { H } = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
      view.row = name;
      view.unit = partAt(event.clientY, box.top, box.height, H);
    }
    view.dirty = true;
  };
  plot.onpointermove = event => {
    if (event.pointerType !== "touch") light(event); // a finger that moves scrolls
  };
  plot.onpointerleave = event => {
    if (event.pointerType === "touch") return;
    Object.assign(view, view.pin || { t: -1 });
    view.dirty = true;
  };
  plot.addEventListener("click", event => {
    const { pin } = view;
    light(event);
    const isSame = pin?.t === view.t && (!name || (pin.row === view.row && pin.unit === view.unit));
    pinStep(view, !isSame);
    if (isSame && /** @type {PointerEvent} */ (event).pointerType === "touch") view.t = -1;
  });
}
