// The sentence that is the control: what reads what, and says what. Each underlined part opens its choices.

import { element } from "../page.js";

/** @import { LiveView, Sentence } from "../types.js" */

export const buildSentence = () => element("p", { class: "sentence" });

/**
 * @param {LiveView} view
 * @param {Sentence} sentence as the page has just sent it
 */
export function showSentence(view, sentence) {
  view.page.sentence.hidden = !sentence.length;
}
