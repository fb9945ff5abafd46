// Values as dots on one scale, a row for each who has any: what was expected, the reader's run, the stored seeds.

import { element } from "../elements.js";

/** @typedef {{ label: string, values: number[], text: string, kind: "yours" | "run" | "stored" }} DotRow */

/**
 * @param {DotRow[]} rows
 * @param {{ low?: number, high?: number }} range that is shown in any case
 */
export function buildDots(rows, range) {
  const { low, high, isLog } = scaleOf(
    rows.flatMap(({ values }) => values),
    range,
  );
  /** @param {number} value */
  const place = value => {
    const [a, b, v] = isLog ? [low, high, value].map(Math.log10) : [low, high, value];
    return Math.min(100, Math.max(0, (100 * (v - a)) / (b - a || 1)));
  };
  const lines = rows.map(({ label, values, text, kind }) => {
    const track = element("span", { class: "track", "aria-hidden": "true" });
    for (const value of values) {
      const dot = element("i", { class: "dot" });
      dot.style.insetInlineStart = `${place(value).toFixed(2)}%`;
      track.append(dot);
    }
    return element(
      "li",
      { class: kind },
      element("span", { class: "whose" }, label),
      " ",
      element("b", {}, text),
      track,
    );
  });
  return element("ul", { class: "dot-plot" }, ...lines);
}

/**
 * A scale that holds all values: of powers of ten where they lie far apart.
 * @param {number[]} values
 * @param {{ low?: number, high?: number }} range
 */
export function scaleOf(values, range) {
  const all = [...values, ...[range.low, range.high].filter(end => end !== undefined)].filter(
    Number.isFinite,
  );
  const low = Math.min(...all);
  const high = Math.max(...all);
  const isLog = range.low === undefined && low > 0 && high / low > 100;
  if (!all.length) return { low: 0, high: 1, isLog: false };
  if (isLog) return { low: low / 2, high: 2 * high, isLog };
  const from = range.low ?? Math.min(0, low);
  return { low: Math.min(from, low), high: high === from ? from + 1 : high, isLog };
}
