// What was expected, laid over what came: the reader's own run, and the stored results of three seeds.

import { element } from "../../elements.js";
import { fill, joinBy } from "../../sentences.js";
import { buildDots } from "../dot_plot.js";
import { buildOverlay, measuredCurve } from "../overlay.js";
import { inUnit, metricOf, storedTexts, storedValues, writeValue } from "../values.js";

/** @import { Control, Now, Question, Reveal, StepContext } from "../course_types.js" */
/** @import { DotRow } from "../dot_plot.js" */

/** @typedef {{ update: number, value?: number, curve?: [x: number, y: number][] }} Measured */

/**
 * @param {StepContext} context
 * @returns {Control}
 */
export function buildReveal(context) {
  const { step, lesson } = context;
  const reveal = /** @type {Reveal} */ (step.reveal);
  const question = lesson.steps.find(({ id }) => id === reveal.of)?.predict ?? {};
  const root = element("div", { class: "reveal" });
  let measured = readMeasured(context.read());
  let drawn = "";
  const draw = () => {
    const state = JSON.stringify(measured);
    if (drawn === state) return;
    drawn = state;
    root.replaceChildren(...partsOf(context, reveal, question, measured));
  };
  draw();
  return {
    root,
    isDone: () => true,
    follow(now) {
      const newer = measure(reveal, question, now);
      if (newer && newer.update > (measured?.update ?? 0)) {
        measured = newer;
        context.write(measured);
      }
      draw();
    },
  };
}

/**
 * What the present run shows; null before it has learned anything, so that a run begun anew takes nothing away.
 * @param {Reveal} reveal
 * @param {Question} question
 * @param {Now | null} now
 * @returns {Measured | null}
 */
function measure({ metric, curve, column }, question, now) {
  if (!now?.update) return null;
  /** @type {Measured} */
  const measured = { update: now.update };
  const value = metric ? metricOf(now, metric, column) : null;
  if (value !== null) measured.value = value;
  if (curve && question.curve) measured.curve = measuredCurve(curve, now, question.curve, column);
  return "value" in measured || "curve" in measured ? measured : null;
}

/**
 * @param {unknown} stored
 * @returns {Measured | null}
 */
function readMeasured(stored) {
  const measured = /** @type {Measured | null} */ (stored);
  return typeof measured?.update === "number" ? measured : null;
}

/**
 * @param {StepContext} context
 * @param {Reveal} reveal
 * @param {Question} question
 * @param {Measured | null} measured
 */
function partsOf(context, reveal, question, measured) {
  const { strings: S, data, step, lesson } = context;
  const expected = context.read(reveal.of);
  const unit = question.number?.unit ?? unitOf(context, reveal);
  const words = new Map([
    ...(lesson.steps.find(({ id }) => id === reveal.of)?.choices ?? []),
    ...step.choices,
  ]);
  /** @type {DotRow[]} */
  const rows = [];
  if (typeof expected === "number")
    rows.push({
      ...{ label: S["you expected"], values: [expected], kind: "yours" },
      text: writeValue(expected, unit),
    });
  if (measured?.value !== undefined) {
    const value = inUnit(measured.value, unit);
    const label = fill(S["your run"], { n: measured.update });
    rows.push({ label, values: [value], text: writeValue(value, unit), kind: "run" });
  }
  for (const name of reveal.figures ?? []) {
    const figure = data.figures[name];
    const values = storedValues(figure, unit);
    if (!values.length) continue;
    const text = storedTexts(figure, unit).join(" · ");
    const label = words.get(name) ?? figure.label ?? S["stored seeds"];
    rows.push({ label, values, text, kind: "stored" });
  }
  const parts = [];
  if (question.choice) parts.push(choicesOf(question.choice, words, expected, S));
  if (question.curve) {
    const stored = (reveal.figures ?? []).map(name => data.figures[name]?.curve ?? []);
    const curves = { expected, measured: measured?.curve ?? [], stored };
    parts.push(buildOverlay(question.curve, curves, S));
  }
  const range = unit === "%" ? { low: 0, high: 100 } : (question.number ?? {});
  if (rows.length) parts.push(buildDots(rows, range));
  if (expected === null || expected === undefined)
    parts.unshift(element("p", { class: "note" }, S["nothing expected"]));
  parts.push(element("p", { class: "spoken", role: "status" }, inWords(rows, words, expected, S)));
  return parts;
}

/**
 * Shares are said in percent.
 * @param {StepContext} context
 * @param {Reveal} reveal
 */
const unitOf = ({ data }, { figures = [] }) =>
  figures.some(name => data.figures[name]?.format === "percent") ? "%" : "";

/**
 * @param {string[]} keys
 * @param {Map<string, string>} words
 * @param {unknown} expected
 * @param {Record<string, string>} S
 */
function choicesOf(keys, words, expected, S) {
  const items = keys.map(key => {
    const item = element("li", {}, element("span", {}, words.get(key) ?? key));
    if (key !== expected) return item;
    item.className = "yours";
    item.append(" ", element("b", {}, S["you expected"]));
    return item;
  });
  return element("ul", { class: "expected" }, ...items);
}

/**
 * All of it in words, for those who do not see it.
 * @param {DotRow[]} rows
 * @param {Map<string, string>} words
 * @param {unknown} expected
 * @param {Record<string, string>} S
 */
function inWords(rows, words, expected, S) {
  const sentences = rows.map(({ label, text }) => fill(S["row in words"], { label, value: text }));
  if (typeof expected === "string")
    sentences.unshift(fill(S["you expected that"], { value: words.get(expected) ?? expected }));
  return joinBy(S["two sentences"], sentences);
}
