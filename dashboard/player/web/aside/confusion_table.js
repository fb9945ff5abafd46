// Which class is taken for which, as a table of numbers that every reader can walk through.

import { say } from "../canvas.js";
import { element } from "../page.js";
import { writeOut } from "../panels/output.js";

/** @import { Confusion, RunHeader } from "../types.js" */

const SHORT = 2; // letters of a class above its column

/** @param {RunHeader} header */
export function buildConfusionTable({ labels, strings: S }) {
  const columns = labels.map(name => {
    const letters = element("span", { "aria-hidden": "true" }, writeOut(name).slice(0, SHORT));
    const whole = element("span", { class: "spoken" }, writeOut(name));
    return element("th", { scope: "col", title: name }, letters, whole);
  });
  const corner = element("td", {}, S["confusion axes"]);
  const head = element("thead", {}, element("tr", {}, corner, ...columns));
  const cells = labels.map((_, i) =>
    labels.map((_, j) => element("td", i === j ? { class: "right-guess" } : {})),
  );
  const rows = labels.map((name, i) =>
    element("tr", {}, element("th", { scope: "row" }, writeOut(name)), ...cells[i]),
  );
  const table = element("table", {}, head, element("tbody", {}, ...rows));
  const words = S["confusion in words"];
  const scrolled = { class: "confusion", tabindex: "0", role: "group", "aria-label": words };
  return { box: element("div", scrolled, table), cells };
}

/**
 * @param {HTMLElement[][]} cells
 * @param {Confusion["counts"]} counts
 */
export function showCounts(cells, counts) {
  for (const [i, row] of counts.entries())
    for (const [j, n] of row.entries()) say(cells[i][j], n ? String(n) : "·");
}
