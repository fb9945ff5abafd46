// What a link in a text of an example does: it lights, opens, holds, or leads away. Verbs: core/training/look_text.py.

import { sendAction } from "../pulling.js";
import { pointOut, rowCalled } from "../rows/called.js";
import { lightStep, lightUnit, openRow } from "../rows/index.js";
import { goToPage } from "./pages.js";

/** @import { LiveView, Show } from "../types.js" */

// What is folded beside the rows, see aside/.
/** @type {Record<string, string>} */
const FOLDS = {
  loss: "details.loss",
  norms: "details.norms",
  picture: '.wrong details[class*="picture-"]',
};

/** @type {Record<string, (view: LiveView, argument: string) => void>} */
const VERBS = {
  step: (view, number) => lightStep(view, +number - 1),
  unit: (view, place) => {
    const [name, unit] = place.split(".");
    openRow(view, name);
    lightUnit(view, name, +unit);
  },
  row: (view, name) => {
    const row = rowCalled(name, view.run.header);
    const fold = FOLDS[name] && view.page.root.querySelector(FOLDS[name]);
    if (fold instanceof HTMLDetailsElement) openFold(fold);
    else openRow(view, row);
    pointOut(fold || view.page.root.querySelector(`.row.${CSS.escape(row)}`));
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
 * @param {LiveView} view
 * @param {string} name of another example
 * @param {string} button of the card that has the focus then
 */
export function chooseExample(view, name, button) {
  view.refocus = { button, run: view.run.id, example: view.said.example?.name ?? "" };
  sendAction(view, { kind: "example", name });
}

/**
 * Opens what is folded beside the rows, as its reader would.
 * @param {HTMLDetailsElement} fold
 */
function openFold(fold) {
  if (!fold.open) fold.querySelector("summary")?.click();
  fold.scrollIntoView({ block: "nearest" });
}
