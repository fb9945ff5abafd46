// Rows as texts call them, and what shows a reader the one that is meant.

/** @import { RunHeader } from "../types.js" */

const POINTED_OUT_MS = 2500;

/**
 * The class of the row that a text calls so: the state, and the gate that keeps it, are named by the cell.
 * @param {string} name see ROWS in core/training/look_text.py; or a quantity's
 * @param {Pick<RunHeader, "carry">} header
 */
export function rowCalled(name, { carry }) {
  if (name === "remembers") return "h";
  return name === "keeps" ? (carry?.gate ?? "gateless") : name;
}

/**
 * For a moment it stands out, as what is meant may have been in sight all along.
 * @param {Element | null} place
 */
export function pointOut(place) {
  place?.classList.add("pointed-out");
  setTimeout(() => place?.classList.remove("pointed-out"), POINTED_OUT_MS);
}
