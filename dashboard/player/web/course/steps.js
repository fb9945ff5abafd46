// What of a lesson's course follows from its steps and the answers alone.

/** @import { LessonAnswers, Question, Step } from "./course_types.js" */

/**
 * Whether a prediction is an answer to its question.
 * @param {Question} question
 * @param {unknown} value
 */
export function isPredicted({ choice, curve }, value) {
  if (choice) return typeof value === "string" && choice.includes(value);
  if (curve) return Array.isArray(value) && value.every(y => typeof y === "number");
  return typeof value === "number";
}

/**
 * Whether the reader has still to say what he expects of what would play now: the next prediction, unless something
 * is to be tried before it.
 * @param {Step[]} steps
 * @param {number} k the present one
 * @param {LessonAnswers} answers
 */
export function isPredictionDue(steps, k, answers) {
  for (const { id, kind, predict } of steps.slice(k)) {
    if (predict && !isPredicted(predict, answers.steps[id]?.value)) return true;
    if (kind !== "read" && kind !== "ask" && kind !== "predict") return false;
  }
  return false;
}
