// Values of a lesson as its reader sees them.

import { writeNumber } from "../numbers.js";

/** @import { Now, StoredFigure } from "./course_types.js" */

/**
 * @param {number} value
 * @param {string} [unit]
 */
export const writeValue = (value, unit = "") =>
  writeNumber(value) + (unit === "%" ? "\u00a0%" : unit && `\u00a0${unit}`);

/**
 * A measured value in the unit that was asked for: shares become percent.
 * @param {number} value
 * @param {string} [unit]
 */
export const inUnit = (value, unit) => (unit === "%" ? 100 * value : value);

/**
 * The held-out metric of this name; else the curve of the name itself, as the loss.
 * @param {Now | null} now
 * @param {string} name
 * @param {string} [column] of a comparison
 * @returns {number | null}
 */
export function metricOf(now, name, column) {
  if (!now) return null;
  const metrics = (column && now.columns[column]) || now.metrics;
  return metrics[`held-out ${name}`] ?? metrics[name] ?? null;
}

/**
 * The stored values of a figure, in the unit that was asked for.
 * @param {StoredFigure | undefined} figure
 * @param {string} [unit]
 */
export const storedValues = (figure, unit) =>
  (figure?.values ?? []).map(value => (figure?.format === "percent" ? inUnit(value, unit) : value));

/**
 * The stored values of a figure as the lesson's text writes them, with the unit that was asked for.
 * @param {StoredFigure | undefined} figure
 * @param {string} [unit]
 */
export const storedTexts = (figure, unit = "") =>
  (figure?.texts ?? []).map(text =>
    figure?.format === "percent" || !unit ? text : `${text}\u00a0${unit}`,
  );
