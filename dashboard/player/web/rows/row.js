// A row: its heading and caption on the left, or above on a narrow screen, and the room along the time axis.

import { element } from "../page.js";

/** @import { RowElements } from "./types.js" */

/**
 * @param {HTMLElement} parent
 * @param {string} kind its classes
 * @param {string} title
 * @param {string} [symbol] of the field, beside the words
 * @returns {RowElements}
 */
export function buildRow(parent, kind, title, symbol = "") {
  const heading = element("h2", {}, title);
  if (symbol) heading.append(" ", element("b", { class: "symbol" }, symbol));
  const caption = element("span", { class: "caption" });
  const label = element("div", { class: "name" }, heading, caption);
  const plot = element("div", { class: "plot" });
  const root = element("section", { class: `row ${kind}` }, label, plot);
  parent.append(root);
  return { root, label, heading, caption, plot };
}

/**
 * A picture, which says in words what it shows.
 * @param {HTMLElement} plot
 * @param {string} kind
 * @param {string} words
 */
export function addPicture(plot, kind, words) {
  const canvas = element("canvas", { class: kind, role: "img", "aria-label": words });
  plot.append(canvas);
  return canvas;
}

/**
 * What a picture shows, in words: changed only where they differ.
 * @param {HTMLCanvasElement} canvas
 * @param {string} words
 */
export function describe(canvas, words) {
  if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
}
