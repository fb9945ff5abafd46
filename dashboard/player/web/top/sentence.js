// The sentence that is the control: what reads what, and says what. Each underlined part opens its choices.

import { say } from "../canvas.js";
import { openClick } from "../channel.js";
import { element, option } from "../elements.js";
import { sendAction } from "../pulling.js";
import { openDrawer } from "./drawer.js";

/** @import { LiveView, Sentence, SentenceChoice, SentencePart } from "../types.js" */

const CHOOSE = "choose";

/** @type {WeakMap<HTMLElement, Sentence>} what a line shows */
const shown = new WeakMap();

export const buildSentence = () => element("p", { class: "sentence" });

/**
 * @param {LiveView} view
 * @param {Sentence} sentence as the page has just sent it
 */
export function showSentence(view, sentence) {
  const line = view.page.sentence;
  if (shown.get(line) === sentence) return;
  const before = shown.get(line);
  shown.set(line, sentence);
  line.hidden = !sentence.length;
  if (!before || !areAlike(before, sentence))
    line.replaceChildren(...sentence.map(part => buildPart(view, part)));
  sentence.forEach((part, k) => {
    showPart(view, /** @type {HTMLElement} */ (line.children[k]), part);
  });
}

/**
 * Whether they differ in words and values alone: then what has the focus, or is open, stays.
 * @param {Sentence} a
 * @param {Sentence} b
 */
const areAlike = (a, b) =>
  a.length === b.length && a.every((part, k) => nameOf(part) === nameOf(b[k]));

/** @param {SentencePart} part */
const nameOf = part => (typeof part === "string" ? "" : part.name);

/**
 * A text; or words over which lies the browser's own list of choices, which is why it works by touch and by keys.
 * @param {LiveView} view
 * @param {SentencePart} part
 */
function buildPart(view, part) {
  if (typeof part === "string") return element("span");
  const select = element("select", { name: part.name });
  const words = element("span", { class: "chosen", "aria-hidden": "true" });
  const mark = element("span", { class: "mark", "aria-hidden": "true" });
  select.onchange = () => choose(view, select, words);
  return element("label", { class: "choice" }, words, mark, select);
}

/**
 * @param {LiveView} view
 * @param {HTMLElement} place
 * @param {SentencePart} part
 */
function showPart(view, place, part) {
  if (typeof part === "string") {
    say(place, part);
    return;
  }
  const [words, , select] = /** @type {[HTMLElement, HTMLElement, HTMLSelectElement]} */ ([
    ...place.children,
  ]);
  select.setAttribute("aria-label", part.label);
  const all = option("", view.run.header.strings["all settings"]);
  const options = part.choices.map(([value, title]) => option(value, title));
  if ([...options, all].some((one, k) => select.options[k]?.outerHTML !== one.outerHTML))
    select.replaceChildren(...options, element("hr"), all);
  const waiting = waitingChanges(view)[part.name];
  place.classList.toggle("waiting", waiting !== undefined);
  select.value = waiting ?? part.value;
  if (waiting === undefined) say(words, part.title);
}

/**
 * What was chosen and is not answered yet.
 * @param {LiveView} view
 * @returns {Record<string, string>}
 */
function waitingChanges(view) {
  const click = openClick(view);
  return click?.kind === CHOOSE ? click.changes : {};
}

/**
 * Sends the choice, and those before it that no answer has come for yet, so that none is lost.
 * @param {LiveView} view
 * @param {HTMLSelectElement} select
 * @param {HTMLElement} words
 */
function choose(view, select, words) {
  const part = /** @type {SentenceChoice} */ (
    view.said.sentence.find(each => nameOf(each) === select.name)
  );
  const chosen = part.choices[select.selectedIndex];
  if (!chosen) {
    select.value = waitingChanges(view)[part.name] ?? part.value;
    openDrawer();
    return;
  }
  // Where the list says it as the sentence does, it can be read at once.
  if (part.choices.some(([, title]) => title === part.title)) say(words, chosen[1]);
  select.parentElement?.classList.add("waiting");
  const changes = { ...waitingChanges(view), [part.name]: select.value };
  sendAction(view, { kind: CHOOSE, changes });
}
