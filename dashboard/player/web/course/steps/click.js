// An answer that is given by a click on the page: on a step, or on a unit.

import { element } from "../../elements.js";
import { fill } from "../../sentences.js";

/** @import { Strings } from "../../types.js" */
/** @import { Check, Now } from "../course_types.js" */

/** @typedef {NonNullable<Check["click"]>} Click */

/**
 * Whether what was clicked on is the answer.
 * @param {Click} click
 * @param {Now} now with what was clicked on
 */
export function isHit({ step, unit, largest }, { pin, sizes }) {
  if (!pin) return false;
  if (unit !== undefined) {
    const [name, number] = unit.split(".");
    return pin.row === name && pin.unit === Number(number);
  }
  return pin.t === (largest ? largestOf(sizes) : Number(step) - 1);
}

/** @param {number[]} sizes */
const largestOf = sizes => sizes.indexOf(Math.max(...sizes));

/**
 * @param {Click} click
 * @param {Strings} S
 * @param {(isRight: boolean) => void} judge
 */
export function buildClick(click, S, judge) {
  const root = element("p", { class: "note" }, S[click.unit ? "click a unit" : "click a step"]);
  let before = "";
  let judged = "";
  let isFirst = true;
  /** @type {Now | null} */
  let last = null;
  return {
    root,
    /** @param {Now | null} now */
    follow(now) {
      last = now ?? last;
      const at = now?.pin ? JSON.stringify([now.run, now.pin]) : "";
      if (isFirst) judged = at;
      isFirst = false;
      // Who walks with the arrow keys rests on the one that is meant.
      const rests = !!at && at === before;
      before = at;
      if (!now || !rests || at === judged) return;
      judged = at;
      judge(isHit(click, now));
    },
    show() {
      const { step, unit, largest } = click;
      if (unit) return unit.replace(/\.(\d+)$/, "[$1]");
      const t = largest && last ? largestOf(last.sizes) + 1 : (step ?? 0);
      return fill(S["step number"], { n: t });
    },
  };
}
