// The answers of a class as pictures: bars of a choice, a strip of numbers, curves laid over each other.

import { element } from "../elements.js";
import { fill } from "../sentences.js";

/** @import { Strings } from "../types.js" */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 480;
const HEIGHT = 120;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Element} children
 */
function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * @param {[key: string, words: string][]} choices
 * @param {string[]} values
 */
export function bars(choices, values) {
  const most = Math.max(1, ...choices.map(([key]) => values.filter(v => v === key).length));
  const rows = choices.map(([key, words]) => {
    const count = values.filter(value => value === key).length;
    const bar = element("span", { class: "count", "aria-hidden": "true" });
    bar.style.width = `${(100 * count) / most}%`;
    return element(
      "div",
      { class: "choice" },
      element("span", { class: "of" }, words),
      element("span", { class: "track" }, bar),
      element("b", {}, String(count)),
    );
  });
  return element("div", { class: "bars" }, ...rows);
}

/**
 * @param {{ low: number, high: number, unit: string }} question
 * @param {number[]} values
 * @param {Strings} S
 */
export function strip({ low, high, unit }, values, S) {
  const dots = values.map((value, k) =>
    svg("circle", {
      cx: 6 + ((WIDTH - 12) * (Math.min(Math.max(value, low), high) - low)) / (high - low),
      cy: 12 + 8 * (k % 3),
      r: 5,
    }),
  );
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} 40`, role: "img", "aria-label": values.join(", ") },
    svg("path", { d: `M0 38H${WIDTH}` }),
    ...dots,
  );
  const range = fill(S["from to"], { low: `${low} ${unit}`, high: `${high} ${unit}` });
  return element("div", { class: "strip" }, picture, element("p", { class: "quiet" }, range));
}

/**
 * @param {{ x: number[], y: number[], log?: boolean }} question
 * @param {unknown[][]} values each a curve, as heights or as (x, y)
 */
export function curves({ x, y, log }, values) {
  const scale = log ? Math.log10 : /** @param {number} v */ v => v;
  const [bottom, top] = [Math.min(...y), Math.max(...y)].map(scale);
  /** @param {number} value */
  const up = value => {
    const inside = log ? Math.max(value, Math.min(...y)) : value;
    return HEIGHT - (HEIGHT * (scale(inside) - bottom)) / (top - bottom);
  };
  const paths = values.map(points => {
    const places = points.map((point, k) => {
      const [px, py] = Array.isArray(point)
        ? [(WIDTH * (point[0] - x[0])) / (x[1] - x[0]), up(point[1])]
        : [(WIDTH * k) / Math.max(1, points.length - 1), up(Number(point))];
      return `${px.toFixed(1)} ${py.toFixed(1)}`;
    });
    return svg("polyline", { points: places.join(" ") });
  });
  return element(
    "div",
    { class: "laid" },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, ...paths),
  );
}
