// The numbers on the wires, as text and in words.

import { localise } from "../numbers.js";
import { fill } from "../sentences.js";

/** @import { CellView, CellWire } from "./cell_types.js" */

/** @param {number} value */
export const twoDigits = value =>
  localise(
    value
      .toFixed(2)
      .replace("-", "−")
      .replace(/^−(0\.00)$/, "$1"),
  );

/**
 * What is on a wire at the step that is shown; "" where nothing is known.
 * @param {CellView} view
 * @param {string} source
 */
export function textOf({ data, step }, source) {
  if (source === "x") return data.symbols[step] ?? "";
  const value = data.values[source]?.[step];
  return typeof value === "number" ? twoDigits(value) : "";
}

/**
 * "forget gate f 0.93"
 * @param {CellView} view
 * @param {CellWire} wire
 */
const named = (view, wire) =>
  [wire.meaning, wire.letter, textOf(view, wire.source)].filter(Boolean).join(" ");

/** @param {CellView} view */
export const namedWires = view => view.data.wires.filter(wire => wire.quantity);

/**
 * The whole picture in words.
 * @param {CellView} view
 */
export const wordsOf = view =>
  fill(view.data.strings.picture, {
    ...placeOf(view),
    values: namedWires(view)
      .map(wire => named(view, wire))
      .join("; "),
  });

/**
 * The number that was picked, in words.
 * @param {CellView} view
 */
export function readingOf(view) {
  const wire = view.data.wires.find(({ quantity }) => quantity === view.picked);
  if (!wire) return "";
  return fill(view.data.strings.reading, { ...placeOf(view), what: named(view, wire) });
}

/** @param {CellView} view */
export const placeOf = ({ data, step, unit }) => ({
  cell: data.cell,
  t: step + 1,
  T: data.symbols.length,
  symbol: data.symbols[step] ?? "",
  unit,
});
