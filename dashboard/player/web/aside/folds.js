// What is folded away: opened by its reader it stays open, also for the next run and on the next visit of the page.

import { element } from "../page.js";

/** @type {Map<string, boolean>} */
const choices = new Map(); // of the reader, by the name of what is folded

/**
 * @param {string} name of what is folded: what is opened under it stays open under it
 * @param {string} text of its summary
 * @param {boolean} isOpen before the reader has chosen
 * @param {(Node | string)[]} content
 * @returns {{ details: HTMLDetailsElement, present: HTMLElement }} present: the value beside the summary
 */
export function fold(name, text, isOpen, ...content) {
  const present = element("span", { class: "present" });
  const summary = element("summary", {}, element("span", {}, text), present);
  const details = element("details", { class: `fold ${name}` }, summary, ...content);
  details.open = choices.get(name) ?? isOpen;
  summary.onclick = () => {
    choices.set(name, !details.open); // the browser turns it after this
  };
  details.ontoggle = () => details.dispatchEvent(new Event("resized", { bubbles: true }));
  return { details, present };
}
