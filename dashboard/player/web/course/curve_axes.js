// The axes of a curve's plane.

import { HEIGHT, WIDTH } from "./curve_plane.js";
import { draw } from "./svg.js";

/** @import { CurveQuestion } from "./course_types.js" */

/**
 * @param {CurveQuestion} question
 * @param {ReturnType<typeof import("./curve_plane.js").planeOf>} plane
 */
export function drawAxes({ x: [from, to] }, { X, Y, ticks }) {
  const rules = ticks.flatMap(([value, text]) => [
    draw("line", { class: "rule", x1: X(from), x2: X(to), y1: Y(value), y2: Y(value) }),
    draw("text", { class: "tick", x: X(from) - 8, y: Y(value) + 4, "text-anchor": "end" }, text),
  ]);
  const ends = [from, to].map((x, k) =>
    draw(
      "text",
      { class: "tick", x: X(x), y: HEIGHT - 8, "text-anchor": k ? "end" : "start" },
      String(x),
    ),
  );
  return draw("g", { "aria-hidden": "true" }, ...rules, ...ends);
}

/** @param {SVGElement[]} children */
export const drawPlane = (...children) =>
  draw("svg", { class: "plane", viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, ...children);
