// The button "All settings" in the corner of a page: it opens and closes the drawer.

import { element } from "../elements.js";
import { closeDrawer, isDrawerOpen, openDrawer, shutIn, watchDrawer } from "./drawer.js";

/** @import { Component } from "../types.js" */

const STYLE = `
.host { display: flex; }
button {
  display: flex; align-items: center; gap: 0.375rem;
  min-height: 2.25rem; padding: 0 0.75rem; box-sizing: border-box;
  font: 0.875rem var(--st-font, sans-serif); color: inherit; white-space: nowrap; cursor: pointer;
  background: var(--st-background-color);
  border: 1px solid color-mix(in srgb, var(--st-text-color) 20%, transparent); border-radius: 0.5rem;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 0.1875rem solid var(--st-primary-color); outline-offset: 1px; }
svg { width: 1.125rem; height: 1.125rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
@media (max-width: 899px) {
  button { min-width: 2.25rem; padding: 0; justify-content: center; }
  button span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
}
@media (max-width: 639px) { button { min-width: 2.75rem; min-height: 2.75rem; } }`;
// Three sliders.
const ICON = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 6h9m6 0h3M3 12h3m6 0h9M3 18h11m6 0h1"/>
<circle cx="15" cy="6" r="2.5"/><circle cx="9" cy="12" r="2.5"/><circle cx="17" cy="18" r="2.5"/></svg>`;

/** @type {WeakMap<Element, HTMLButtonElement>} */
const buttons = new WeakMap();

/** @param {Component<{ label: string }>} component */
export default function ({ parentElement, data }) {
  const host = /** @type {HTMLElement} */ (parentElement.querySelector(".host"));
  let button = buttons.get(host);
  if (!button) {
    button = buildButton();
    buttons.set(host, button);
    host.append(element("style", {}, STYLE), button);
    watchDrawer(host, () => showState(/** @type {HTMLButtonElement} */ (button)));
  }
  const label = /** @type {HTMLElement} */ (button.lastElementChild);
  label.textContent = data?.label ?? "";
  button.title = data?.label ?? "";
  showState(button);
}

function buildButton() {
  const button = element("button", { class: "settings", type: "button" });
  button.innerHTML = ICON;
  button.append(element("span"));
  button.onclick = () => {
    if (isDrawerOpen()) closeDrawer();
    else openDrawer();
  };
  return button;
}

/**
 * Says whether the drawer is open; when it closes, the focus comes back from it.
 * @param {HTMLButtonElement} button
 */
function showState(button) {
  shutIn();
  const was = button.getAttribute("aria-expanded");
  const is = String(isDrawerOpen());
  if (was === is) return;
  button.setAttribute("aria-expanded", is);
  const focused = document.activeElement;
  if (
    was === "true" &&
    (!focused ||
      focused === document.body ||
      focused.closest("aside, section[data-testid=stSidebar]"))
  )
    button.focus();
}
