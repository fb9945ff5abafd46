// The curve that was expected over the one that was measured, on the same axes.

import { element } from "../elements.js";
import { fill, joinBy } from "../sentences.js";
import { drawAxes, drawPlane } from "./curve_axes.js";
import { placesOf, planeOf } from "./curve_plane.js";
import { draw, pathOf } from "./svg.js";
import { writeValue } from "./values.js";

/** @import { Strings } from "../types.js" */
/** @import { CurveQuestion, Now, Reveal } from "./course_types.js" */

/** @typedef {[x: number, y: number][]} Points */

const MAX_POINTS = 120; // what is stored of a curve

/**
 * @param {NonNullable<Reveal["curve"]>} kind
 * @param {Now} now
 * @param {CurveQuestion} question
 * @param {string} [column]
 * @returns {[x: number, y: number][]}
 */
export function measuredCurve(kind, now, { x }, column) {
  if (kind === "gradient") return thin(now.sizes.map((size, t) => [t + 1, size]));
  const curves = now.curves(column);
  const points = kind === "loss" ? curves.loss : curves[`held-out ${now.headline}`];
  const [from, to] = [Math.min(...x), Math.max(...x)];
  return thin((points ?? []).filter(([update]) => update >= from && update <= to));
}

/** @param {[x: number, y: number][]} points */
function thin(points) {
  const every = Math.ceil(points.length / MAX_POINTS);
  const kept = points.filter((_, k) => k % every === 0 || k === points.length - 1);
  return kept.map(([x, y]) => /** @type {[number, number]} */ ([x, Number(y.toPrecision(3))]));
}

/**
 * @param {CurveQuestion} question
 * @param {{ expected: unknown, measured: Points, stored: Points[] }} curves
 * @param {Strings} S
 */
export function buildOverlay(question, { expected, measured, stored }, S) {
  const plane = planeOf(question);
  const places = placesOf(question);
  const drawn = Array.isArray(expected) ? expected : [];
  const yours = places.flatMap((x, k) =>
    typeof drawn[k] === "number" ? [/** @type {[number, number]} */ ([x, drawn[k]])] : [],
  );
  /** @param {[x: number, y: number][]} points */
  const path = points =>
    pathOf(points.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => [plane.X(x), plane.Y(y)]));
  const svg = drawPlane(
    drawAxes(question, plane),
    ...stored.map(points => draw("path", { class: "stored", d: path(points) })),
    draw("path", { class: "measured", d: path(measured) }),
    draw("path", { class: "drawn", d: path(yours) }),
    ...yours.map(([x, y]) =>
      draw("circle", { class: "mark", r: 3, cx: plane.X(x), cy: plane.Y(y) }),
    ),
  );
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", inWords(places, yours, measured, S));
  return element(
    "figure",
    { class: "overlay" },
    svg,
    element(
      "figcaption",
      {},
      element("span", { class: "key yours" }, S["you expected"]),
      element("span", { class: "key run" }, S["what came"]),
    ),
  );
}

/**
 * @param {number[]} places
 * @param {[x: number, y: number][]} yours
 * @param {[x: number, y: number][]} measured
 * @param {Strings} S
 */
function inWords(places, yours, measured, S) {
  const sentences = places.flatMap((x, k) => {
    const near = measured.reduce(
      (best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best),
      measured[0],
    );
    if (!near) return [];
    const expected = yours[k] ? writeValue(yours[k][1]) : "–";
    return [fill(S["at came"], { x, expected, came: writeValue(near[1]) })];
  });
  return joinBy(S["two sentences"], sentences);
}
