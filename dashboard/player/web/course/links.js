// The links in a lesson's texts: they act on the page, as those of an example do.

import { goToPage } from "../examples/pages.js";
import { actOnPage } from "./now.js";

/** @param {HTMLElement} root in whose texts they stand */
export function wireLinks(root) {
  root.addEventListener("click", followLink);
  root.addEventListener("keydown", pressLink);
}

/** @param {MouseEvent} event */
function followLink(event) {
  const link = event.target instanceof Element ? event.target.closest("[data-verb]") : null;
  if (!(link instanceof HTMLElement) || link.dataset.verb === "term") return;
  event.preventDefault();
  const { verb = "", argument = "" } = link.dataset;
  if (verb === "page") goToPage(argument);
  else actOnPage(verb, argument);
}

/**
 * A link that leads nowhere is pressed by keys as a button is.
 * @param {KeyboardEvent} event
 */
function pressLink(event) {
  const { target, key } = event;
  if (!(target instanceof HTMLAnchorElement) || !target.dataset.verb) return;
  if (key !== "Enter" && key !== " ") return;
  event.preventDefault();
  event.stopPropagation(); // Space plays
  target.click();
}
