// What the reader has opened: a click opens and closes it, nothing else does. It stays so in the next run.

import { element } from "../page.js";

// By name; a module lives as long as the document, whatever run or page is shown.
/** @type {Set<string>} */
const open = new Set();

/** @param {string} name */
export const isOpen = name => open.has(name);

/**
 * A button that opens what it names, and closes it again.
 * @param {string} name
 * @param {string} title
 * @param {(isOpen: boolean) => void} show
 */
export function foldButton(name, title, show) {
  const button = element("button", { class: "fold", type: "button" }, title);
  const showState = () => {
    button.setAttribute("aria-expanded", String(isOpen(name)));
    show(isOpen(name));
  };
  button.onclick = () => {
    if (!open.delete(name)) open.add(name);
    showState();
  };
  showState();
  return button;
}
