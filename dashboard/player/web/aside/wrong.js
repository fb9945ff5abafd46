// What the network gets wrong: the worst in words, and the task's own picture folded under them.

import { describe, say } from "../canvas.js";
import { latestFrame } from "../decode.js";
import { element } from "../page.js";
import { describePanel } from "../panels/in_words.js";
import { PANELS } from "../panels/index.js";
import { MISTAKES, MOST_MISTAKES } from "../panels/mistakes.js";
import { buildConfusionTable, showCounts } from "./confusion_table.js";
import { fold } from "./folds.js";

/** @import { Confusion, Layout, LiveView, RecordedFrame, RunHeader } from "../types.js" */

const MOST_CLASSES = 40; // in a table
// Whose mistakes are classes taken for each other.
const COUNTED = new Set(["classes", "digits"]);
// Whose picture is the story: it is open until the reader closes it.
const OPEN_AT_FIRST = new Set([
  "bits",
  "digits",
  "distances",
  "melody",
  "series",
  "text",
  "translation",
]);

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildWrong(parent, header) {
  const { kind, labels, strings: S } = header;
  const of = element("small");
  const heading = element("h2", {}, element("span", {}, S[`wrong ${kind}`] ?? S.wrong), " ", of);
  const items = Array.from({ length: MOST_MISTAKES }, () => {
    const [what, count] = [element("span"), element("b")];
    return { what, count, line: element("li", { hidden: "" }, what, " ", count) };
  });
  const none = element("p", { class: "none" });
  const list = element("ul", { class: "mistakes" }, ...items.map(({ line }) => line));
  const title = S[`picture ${kind}`] ?? S["picture of task"];
  const panel = element("canvas", { class: `panel ${kind}`, role: "img", "aria-label": title });
  const { details } = fold(`picture-${kind}`, title, OPEN_AT_FIRST.has(kind), panel);
  const card = element("section", { class: `card wrong ${kind}` }, heading, none, list, details);
  parent.append(card);
  const isCounted = COUNTED.has(kind) && labels.length <= MOST_CLASSES;
  const table = isCounted ? appendTable(card, header) : null;
  return { of, items, none, panel, details, table, shown: /** @type {unknown} */ (null) };
}

/**
 * @param {HTMLElement} card
 * @param {RunHeader} header
 */
function appendTable(card, header) {
  const { box, cells } = buildConfusionTable(header);
  const { details } = fold("confusion", header.strings["as table"], false, box);
  card.append(details);
  return { details, cells, shown: /** @type {unknown} */ (null) };
}

/**
 * @param {LiveView} view
 * @param {ReturnType<typeof buildWrong>} card
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function drawWrong(view, card, frame, layout) {
  const { run } = view;
  const { header } = run;
  const evaluated = latestFrame(run, "picture", run.position);
  const results = evaluated?.picture ?? null;
  if (card.shown !== results || !run.playing) {
    sayMistakes(card, header, results, frame, layout, run.frames[run.position].index);
    card.shown = results;
  }
  if (card.details.open) PANELS[header.kind](view, card.panel, frame, layout, results);
  showTable(card.table, results);
  if (!run.playing) describe(card.panel, describePanel(header.kind, view, frame, layout, results));
}

/**
 * @param {ReturnType<typeof appendTable> | null} table
 * @param {unknown} results of the latest evaluation
 */
function showTable(table, results) {
  if (!table?.details.open || !results || table.shown === results) return;
  showCounts(table.cells, /** @type {Confusion} */ (results).counts);
  table.shown = results;
}

/**
 * @param {ReturnType<typeof buildWrong>} card
 * @param {RunHeader} header
 * @param {unknown} results of the latest evaluation
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {number} update that is shown
 */
function sayMistakes({ of, items, none }, header, results, frame, layout, update) {
  const { kind, strings: S } = header;
  const mistakes = results && update ? MISTAKES[kind](header, results, frame, layout) : null;
  say(of, mistakes?.of ?? "");
  const isNone = !mistakes?.worst.length;
  none.hidden = !isNone;
  const nowhere = S[`nothing wrong ${kind}`] ?? S["nothing wrong"];
  say(none, mistakes ? nowhere : S[update ? "not tested" : "untrained"]);
  for (const [k, { what, count, line }] of items.entries()) {
    const [words, number] = mistakes?.worst[k] ?? ["", ""];
    line.hidden = !words;
    say(what, words);
    say(count, number);
  }
}
