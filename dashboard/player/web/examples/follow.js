// What a link in a text of an example does: it lights, opens, holds, or leads away. Verbs: core/training/look_text.py.

import { sendAction } from "../pulling.js";
import { lightStep, lightUnit, openRow } from "../rows/index.js";

/** @import { LiveView, Show } from "../types.js" */

const POINTED_OUT_MS = 2500;

/** @type {Record<string, (view: LiveView, argument: string) => void>} */
const VERBS = {
  step: (view, number) => lightStep(view, +number - 1),
  unit: (view, place) => {
    const [name, unit] = place.split(".");
    openRow(view, name);
    lightUnit(view, name, +unit);
  },
  row: (view, name) => {
    openRow(view, name);
    pointOut(view, name);
  },
  slow: view => {
    if (!view.slow) view.page.slow.click();
    view.run.playing = true;
  },
  show: (view, name) => {
    view.show = /** @type {Show} */ (name);
    view.page.show.value = name;
  },
  type: (view, text) => {
    if (text) sendAction(view, { kind: "probe", text });
    else view.page.probe.select();
    if (!text) view.page.probe.focus();
  },
  // It pauses at the newest update, so that what is seen is what holding changes, before training makes up for it.
  hold: (view, place) => {
    const { run } = view;
    run.playing = false;
    run.position = run.frames.length - 1;
    view.left = run.frames.length; // where the answer brings more, the newest of them is shown
    const [gate, value] = place.split("=");
    sendAction(view, { kind: "hold", gate, value: +(value ?? 0) });
  },
  page: (_view, name) => goToPage(name),
  example: (view, name) => sendAction(view, { kind: "example", name }),
};

/**
 * @param {LiveView} view
 * @param {string} verb
 * @param {string} argument
 */
export function follow(view, verb, argument) {
  VERBS[verb]?.(view, argument);
  view.dirty = true;
}

/**
 * For a moment the row stands out, as what is meant may have been in sight all along.
 * @param {LiveView} view
 * @param {string} name
 */
function pointOut(view, name) {
  const row = view.page.root.querySelector(`.row.${CSS.escape(name)}`);
  row?.classList.add("pointed-out");
  setTimeout(() => row?.classList.remove("pointed-out"), POINTED_OUT_MS);
}

/**
 * By the menu, which keeps the session; it names the pages by the ends of their addresses.
 * @param {string} name
 */
function goToPage(name) {
  const links = [...document.querySelectorAll("a[href]")];
  const link = links.find(a =>
    new URL(a.getAttribute("href") ?? "", document.baseURI).pathname.endsWith(`/${name}`),
  );
  if (link instanceof HTMLElement) link.click();
}
