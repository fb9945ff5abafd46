// The language of the page, in the corner of its header: the browser's own list of choices, each in its own words.
// It also tells the browser what language the page is in, and has it remember what the reader chose.

import { address } from "../base.js";
import { element, option } from "../elements.js";
import { speakForStreamlit } from "./streamlit_words.js";

/** @import { Component } from "../types.js" */

/**
 * label: what the list is called. languages: [code, name of it in itself]. chosen: whether a reader chose it, in place
 * of the browser. cookie: what the choice is remembered as. streamlit: its words -> those of the language.
 * @typedef {{ label: string, languages: [string, string][], language: string, chosen: boolean, cookie: string,
 *   streamlit: Record<string, string> }} Languages
 */

const YEAR_SECONDS = 365 * 24 * 3600;
const STYLE = `
.host { display: flex; }
label { position: relative; display: flex; align-items: center; }
svg { position: absolute; left: 0.5rem; width: 1.125rem; height: 1.125rem; pointer-events: none;
  fill: none; stroke: currentColor; stroke-width: 1.5; }
select {
  min-height: 2.25rem; padding: 0 0.5rem 0 2rem; box-sizing: border-box; appearance: none; cursor: pointer;
  font: 0.875rem var(--st-font, sans-serif); color: inherit; background: var(--st-background-color);
  border: 1px solid color-mix(in srgb, var(--st-text-color) 20%, transparent); border-radius: 0.5rem;
}
option { color: var(--st-text-color); background: var(--st-background-color); }
select:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
select:focus-visible { outline: 0.1875rem solid var(--st-primary-color); outline-offset: 1px; }
@media (max-width: 899px) { select { width: 2.25rem; padding: 0; color: transparent; } }
@media (max-width: 639px) { select { width: 2.75rem; min-height: 2.75rem; } svg { left: 0.8rem; } }`;
// A globe.
const ICON = `<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/>
<path d="M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18"/></svg>`;

/** @type {WeakMap<Element, HTMLSelectElement>} */
const selects = new WeakMap();
let spoken = "en"; // by the page: it begins with Streamlit's own

/** @param {Component<Languages>} component */
export default function ({ parentElement, data, setTriggerValue }) {
  if (!data) return;
  const host = /** @type {HTMLElement} */ (parentElement.querySelector(".host"));
  let select = selects.get(host);
  if (!select) {
    select = element("select", { name: "language" });
    selects.set(host, select);
    const label = element("label");
    label.innerHTML = ICON;
    label.append(select);
    host.append(element("style", {}, STYLE), label);
  }
  const list = select;
  list.setAttribute("aria-label", data.label);
  list.title = data.label;
  list.replaceChildren(...data.languages.map(([code, name]) => describe(code, name)));
  list.value = data.language;
  list.onchange = () => setTriggerValue("choice", list.value);
  document.documentElement.lang = data.language;
  if (data.language !== spoken) speakForStreamlit(data.streamlit);
  spoken = data.language;
  if (data.chosen) remember(data.cookie, data.language);
}

/**
 * @param {string} code
 * @param {string} name
 */
function describe(code, name) {
  const choice = option(code, name);
  choice.lang = code;
  return choice;
}

/**
 * @param {string} cookie
 * @param {string} language
 */
function remember(cookie, language) {
  const { pathname, protocol } = new URL(address(""));
  const secure = protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
  document.cookie = `${cookie}=${language}; Path=${pathname}; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
