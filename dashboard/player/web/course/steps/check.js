// A question about what was seen. A wrong answer gets a hint first; then the answer may be shown.

import { element } from "../../elements.js";
import { fill } from "../../sentences.js";
import { buildChoice, buildNumber } from "../fields.js";
import { isClose } from "../typed_number.js";
import { storedValues, writeValue } from "../values.js";
import { buildClick } from "./click.js";
import { buildMatch } from "./match.js";

/** @import { Check, Control, Now, StepContext } from "../course_types.js" */

/**
 * What stands in a check: the field, and what it says by itself while nothing is answered.
 * @typedef {object} Field
 * @property {HTMLElement} root
 * @property {(now: Now | null) => void} [follow]
 * @property {() => boolean} [submitTyped]
 * @property {() => string} show
 * show: shows the answer -> its words; "" where the field shows it itself
 */

/**
 * @param {StepContext} context
 * @returns {Control}
 */
export function buildCheck(context) {
  const { strings: S, step } = context;
  const check = /** @type {Check} */ (step.check);
  const verdict = element("div", { class: "verdict", role: "status" });
  const show = element("button", { type: "button", class: "quiet", hidden: "" }, S["show answer"]);
  const root = element("div", { class: "check" });
  let state = readState(context.read());

  /**
   * @param {boolean} isRight
   * @param {string} [key] of the choice
   */
  const judge = (isRight, key = "") => {
    if (state.isOver) return;
    state = { tries: state.tries + 1, isRight, isOver: isRight };
    context.write(state);
    say(isRight, key);
  };
  /**
   * @param {boolean} isRight
   * @param {string} key
   */
  const say = (isRight, key) => {
    const { right, wrong, hint, [`wrong-${key}`]: own } = step.answers ?? {};
    const words = isRight
      ? right || S.right
      : own || (state.tries > 1 && wrong) || hint || wrong || S.wrong;
    const mark = element("b", {}, isRight ? "✓" : "✗");
    mark.setAttribute("aria-hidden", "true");
    const text = element("div", { class: "text" });
    text.innerHTML = words;
    verdict.className = isRight ? "verdict right" : "verdict wrong";
    verdict.replaceChildren(mark, text);
    show.hidden = state.isOver;
  };
  const field = fieldOf(context, check, judge);
  show.onclick = () => {
    state = { ...state, isOver: true };
    context.write(state);
    const words = field.show();
    show.hidden = true;
    const text = element("div", { class: "text" });
    text.innerHTML = step.answers?.right ?? "";
    if (words)
      text.prepend(element("p", {}, element("b", {}, fill(S["answer is"], { answer: words }))));
    verdict.className = "verdict";
    verdict.replaceChildren(text);
  };
  if (state.isOver && state.isRight) say(true, "");
  else if (state.tries) show.hidden = state.isOver;
  root.append(field.root, verdict, show);
  const { follow, submitTyped } = field;
  return { root, isDone: () => state.isOver, needs: S["answer first"], follow, submitTyped };
}

/**
 * @param {unknown} stored
 * @returns {{ tries: number, isRight: boolean, isOver: boolean }}
 */
function readState(stored) {
  const state = /** @type {Record<string, unknown> | null} */ (stored);
  return {
    tries: typeof state?.tries === "number" ? state.tries : 0,
    isRight: state?.isRight === true,
    isOver: state?.isOver === true,
  };
}

/**
 * @param {StepContext} context
 * @param {Check} check
 * @param {(isRight: boolean, key?: string) => void} judge
 * @returns {Field}
 */
function fieldOf(context, { number, choice, click, match }, judge) {
  const { strings: S, step, data } = context;
  if (choice) {
    const field = buildChoice(S["kind check"], choice.of, step.choices, key =>
      judge(key === choice.answer, key),
    );
    return {
      root: field.root,
      show() {
        field.set(choice.answer);
        field.enable(false);
        return new Map(step.choices).get(choice.answer) ?? choice.answer;
      },
    };
  }
  if (click) return buildClick(click, S, judge);
  if (match) return buildMatch(context, match, judge);
  const { answer = 0, tolerance = 0 } = number ?? {};
  const figure = typeof answer === "string" ? data.figures[answer] : undefined;
  const unit = figure?.format === "percent" ? "%" : "";
  const right = typeof answer === "number" ? answer : middleOf(storedValues(figure, unit));
  const take = (/** @type {number} */ value) => judge(isClose(value, right, tolerance));
  const field = buildNumber(S["kind check"], { unit }, S, take, S.check);
  return {
    ...{ root: field.root, submitTyped: field.submitTyped },
    show() {
      field.enable(false);
      return figure?.text ?? writeValue(right);
    },
  };
}

/** @param {number[]} values */
function middleOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
