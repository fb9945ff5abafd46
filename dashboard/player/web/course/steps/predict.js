// What the reader expects, before anything is shown: one of several, a number, or a curve.

import { element } from "../../elements.js";
import { fill } from "../../sentences.js";
import { buildPad } from "../curve_pad.js";
import { buildChoice, buildNumber } from "../fields.js";
import { isPredicted } from "../steps.js";
import { writeValue } from "../values.js";

/** @import { Control, NumberQuestion, Question, StepContext } from "../course_types.js" */

/**
 * @param {StepContext} context
 * @returns {Control}
 */
export function buildPrediction(context) {
  const { strings: S, step, lesson } = context;
  const question = /** @type {Question} */ (step.predict);
  // Once it is known what came, nothing can be expected any more.
  const reveal = lesson.steps.find(({ reveal }) => reveal?.of === step.id);
  const isOver = !!reveal && context.isSeen(reveal.id) && isPredicted(question, context.read());
  const root = element("div", { class: "prediction" });
  const isDone = () => isPredicted(question, context.read());
  let submitTyped;
  if (question.choice) {
    const field = buildChoice(S["kind predict"], question.choice, step.choices, context.write);
    field.set(context.read());
    field.enable(!isOver);
    root.append(field.root);
  } else if (question.curve) {
    const values = context.read();
    const pad = buildPad(question.curve, Array.isArray(values) ? values : [], S, context.write);
    pad.enable(!isOver);
    root.append(pad.root);
  } else {
    const field = numberField(context, question.number ?? {}, isOver);
    submitTyped = field.submitTyped;
    root.append(field.root);
  }
  if (isOver) root.append(element("p", { class: "note" }, S["prediction stands"]));
  return { root, isDone, needs: S["say first"], submitTyped };
}

/**
 * @param {StepContext} context
 * @param {NumberQuestion} question
 * @param {boolean} isOver
 */
function numberField({ strings: S, ...context }, question, isOver) {
  const noted = element("p", { class: "note", role: "status" });
  const say = () => {
    const value = context.read();
    if (typeof value === "number")
      noted.textContent = fill(S["you expect"], { value: writeValue(value, question.unit) });
  };
  const take = (/** @type {number} */ value) => {
    context.write(value);
    say();
  };
  const field = buildNumber(S["kind predict"], question, S, take, S["this I expect"]);
  const value = context.read();
  if (typeof value === "number") field.input.value = String(value);
  field.enable(!isOver);
  say();
  field.root.append(noted);
  return field;
}
