// Four curves and four words: which belongs to which?

import { element } from "../../elements.js";
import { fill } from "../../sentences.js";
import { buildSelect } from "../fields.js";
import { draw, pathOf } from "../svg.js";

/** @import { Check, StepContext } from "../course_types.js" */

const WIDTH = 130;
const HEIGHT = 70;

/**
 * The keys in an order that gives nothing away: the same at every visit.
 * @param {string[]} keys
 */
export function shuffled(keys) {
  /** @param {string} key */
  const hash = key => [...key].reduce((sum, sign) => (sum * 33 + sign.charCodeAt(0)) % 9973, 7);
  const order = [...keys].sort((a, b) => hash(a) - hash(b));
  return order.every((key, k) => key === keys[k]) ? order.reverse() : order;
}

/**
 * @param {StepContext} context
 * @param {NonNullable<Check["match"]>} match
 * @param {(isRight: boolean) => void} judge
 */
export function buildMatch({ strings: S, step, data }, { curves, figure }, judge) {
  const words = new Map(step.choices);
  const stored = data.figures[figure]?.curves ?? {};
  const order = shuffled(curves);
  const all = order.flatMap(key => (stored[key] ?? []).map(([, y]) => y)).filter(Number.isFinite);
  const range = [Math.min(...all), Math.max(...all)];
  const selects = order.map((_, k) =>
    buildSelect(
      fill(S["curve number"], { n: k + 1 }),
      S["which one"],
      curves.map(key => [key, words.get(key) ?? key]),
    ),
  );
  const cards = order.map((key, k) =>
    element("li", {}, smallCurve(stored[key] ?? [], range), selects[k]),
  );
  const check = element("button", { type: "submit", class: "primary" }, S.check);
  const root = element("form", { class: "match" }, element("ol", {}, ...cards), check);
  const chosen = () => selects.map(select => select.value).join();
  let taken = "";
  const submit = () => {
    taken = chosen();
    for (const [k, select] of selects.entries())
      select.classList.toggle("wrong", select.value !== order[k]);
    judge(selects.every((select, k) => select.value === order[k]));
  };
  const firstOpen = () => selects.find(select => !select.value);
  root.onsubmit = event => {
    event.preventDefault();
    const open = firstOpen();
    if (open) open.focus();
    else submit();
  };
  return {
    root,
    submitTyped() {
      if (firstOpen() || chosen() === taken) return false;
      submit();
      return true;
    },
    show() {
      for (const [k, select] of selects.entries()) {
        select.value = order[k];
        select.classList.remove("wrong");
        select.disabled = true;
      }
      check.hidden = true;
      return "";
    },
  };
}

/**
 * @param {[x: number, y: number][]} points
 * @param {number[]} range of the values of all
 */
function smallCurve(points, [low, high]) {
  const last = points.length - 1;
  const place = points.map(
    ([, y], k) =>
      /** @type {[number, number]} */ ([
        3 + (k / (last || 1)) * (WIDTH - 6),
        HEIGHT - 3 - ((y - low) / (high - low || 1)) * (HEIGHT - 6),
      ]),
  );
  return draw(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    draw("path", { class: "measured", d: pathOf(place) }),
  );
}
