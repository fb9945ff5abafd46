// The example of the course that runs: its place among them, and where to look.

import { element } from "../page.js";

/** @import { ExampleCard, LiveView } from "../types.js" */

export const buildCard = () => element("div", { class: "look", hidden: "" });

/**
 * @param {LiveView} view
 * @param {ExampleCard | null} example as the page has just sent it
 */
export function showCard(view, example) {
  view.page.card.hidden = !example;
}
