// The cursor of the keyboard: on the network it goes over steps, units and quantities, on dW_hh over rows and columns.

import { clamp } from "./scales.js";
import { knownAt } from "./unrolled_phases.js";
import { blocksOf, weightAt } from "./unrolled_terms.js";

/** @import { Picked, UnrolledView } from "./unrolled_types.js" */

/**
 * The number under the cursor of the network, as the present phase knows it; null where the cursor is nowhere.
 * @param {UnrolledView} view
 * @returns {Picked | null}
 */
export function numberAtCursor(view) {
  const { cursor, header, layers } = view;
  if (!cursor) return null;
  const t = clamp(cursor.t, 0, header.symbols.length - 1);
  const { H, arrays } = layers[view.layer];
  const unit = clamp(cursor.unit, 0, H - 1);
  const base = header.names.includes(cursor.name) ? cursor.name : "h";
  const name = knownAt(view, view.layer, t) === "gradients" ? `d${base}` : base;
  return { layer: view.layer, t, unit, name, value: arrays[name][t * H + unit] };
}

/**
 * Moves the cursor of the network; it begins at the step and the state that the pass is at.
 * @param {UnrolledView} view
 * @param {string} key
 * @param {string[]} names of the quantities that are drawn
 * @returns {boolean} whether the key means a way
 */
export function moveCursor(view, key, names) {
  const T = view.header.symbols.length;
  const { H } = view.layers[view.layer];
  const at = view.cursor ?? { t: view.now.t, unit: 0, name: "h" };
  const place = Math.max(0, names.indexOf(at.name));
  /** @type {Record<string, Partial<typeof at>>} */
  const moves = {
    ArrowLeft: { t: at.t - 1 },
    ArrowRight: { t: at.t + 1 },
    ArrowUp: { unit: at.unit - 1 },
    ArrowDown: { unit: at.unit + 1 },
    PageUp: { name: names[Math.max(0, place - 1)] },
    PageDown: { name: names[Math.min(names.length - 1, place + 1)] },
    Home: { t: 0 },
    End: { t: T - 1 },
  };
  if (!(key in moves)) return false;
  const moved = view.cursor ? { ...at, ...moves[key] } : at; // the first key only shows where it is
  view.cursor = {
    t: clamp(moved.t, 0, T - 1),
    unit: clamp(moved.unit, 0, H - 1),
    name: names.includes(moved.name) ? moved.name : names[names.length - 1],
  };
  return true;
}

/**
 * The number of dW_hh under its cursor.
 * @param {UnrolledView} view
 * @returns {Picked | null}
 */
export function weightAtCursor(view) {
  if (!view.weightCursor) return null;
  const blocks = blocksOf(view.header);
  const { H } = view.layers[view.layer];
  const row = clamp(view.weightCursor.row, 0, blocks.length * H - 1);
  const column = clamp(view.weightCursor.column, 0, H - 1);
  return weightAt(view, Math.floor(row / H), row % H, column);
}

/**
 * @param {UnrolledView} view
 * @param {string} key
 * @returns {boolean} whether the key means a way
 */
export function moveWeightCursor(view, key) {
  const rows = blocksOf(view.header).length * view.layers[view.layer].H;
  const columns = view.layers[view.layer].H;
  const at = view.weightCursor ?? { row: 0, column: 0 };
  /** @type {Record<string, { row: number, column: number }>} */
  const moves = {
    ArrowLeft: { ...at, column: at.column - 1 },
    ArrowRight: { ...at, column: at.column + 1 },
    ArrowUp: { ...at, row: at.row - 1 },
    ArrowDown: { ...at, row: at.row + 1 },
    PageUp: { ...at, row: at.row - columns },
    PageDown: { ...at, row: at.row + columns },
    Home: { ...at, column: 0 },
    End: { ...at, column: columns - 1 },
  };
  if (!(key in moves)) return false;
  const { row, column } = view.weightCursor ? moves[key] : at;
  view.weightCursor = { row: clamp(row, 0, rows - 1), column: clamp(column, 0, columns - 1) };
  return true;
}
