// The weights of a tiny network as numbers, which change while it trains; folded.

import { say, short } from "../canvas.js";
import { element } from "../page.js";
import { fold } from "./folds.js";

/** @import { Frame, Run, RunHeader } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildWeights(parent, { weights, strings: S }) {
  /** @type {HTMLElement[]} */
  const cells = [];
  const rows = weights.flatMap(({ letter, words, columns, numbers }) =>
    Array.from({ length: numbers / columns }, (_, row) => {
      const name = element("th", { scope: "row" }, row ? "" : letter);
      const numbersOfRow = Array.from({ length: columns }, () => element("td"));
      cells.push(...numbersOfRow);
      const most = Math.max(...weights.map(each => each.columns));
      const what = element("td", { class: "meaning", colspan: String(most - columns + 1) });
      say(what, row ? "" : words);
      return element("tr", {}, name, ...numbersOfRow, what);
    }),
  );
  const table = element("table", {}, element("tbody", {}, ...rows));
  const scrolled = {
    class: "weights-table",
    tabindex: "0",
    role: "group",
    "aria-label": S.weights,
  };
  const { details } = fold("weights", S.weights, false, element("div", scrolled, table));
  details.hidden = !weights.length;
  parent.append(details);
  return { details, cells };
}

/**
 * The numbers at the update that is shown: its own, else those of the nearest one before.
 * @param {Run} run
 * @param {ReturnType<typeof buildWeights>} card
 */
export function drawWeights({ frames, position }, { details, cells }) {
  if (details.hidden || !details.open) return;
  let k = position;
  while (k > 0 && !frames[k]?.weights) k -= 1;
  const numbers = frames[k]?.weights ?? [];
  for (const [n, cell] of cells.entries())
    say(cell, numbers[n] === undefined ? "–" : short(numbers[n]));
}
