// It learns: how much of the gradient arrives at each step, as arrows and in percent; and, one click away, as curves.

import { prepare, say } from "../canvas.js";
import { carrierOf, drawGradients } from "../gradient_axis.js";
import { element } from "../page.js";
import { changeInWords } from "../range_changes.js";
import { joinBy } from "../sentences.js";
import { isReversed, isUnseen } from "../time_axis.js";
import { drawArrowBack, drawSizeBars } from "./arrows.js";
import { foldButton, isOpen } from "./folds.js";
import { litStepOf } from "./lighting.js";
import { addPicture, buildRow, describe } from "./row.js";
import { shareInWords, wholeOf } from "./shares.js";
import { buildStrip, placeTexts, setText } from "./strip.js";

/** @import { LayerFrame, RecordedFrame, RunHeader, RunView } from "../types.js" */
/** @import { TextStrip } from "./types.js" */

const CURVES = "learns"; // their name among what is open
const PERCENT = 42; // px
const NARROW = 18; // px of a step in which an arrow cannot be told from a line

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildLearns(parent, { at, names, strings: S }) {
  const row = buildRow(parent, "learns", S["it learns"], carrierOf(names));
  const canvas = addPicture(row.plot, "arrows", S.gradient);
  const strip = buildStrip("shares");
  row.plot.append(strip.root);
  row.caption.textContent = S[`learns ${at}`];
  row.caption.title = S[`learns ${at} in full`];
  const curves = buildRow(parent, "grads", S["size of gradients"]);
  const change = element("small", { class: "scale", role: "status" });
  curves.label.append(change);
  const plane = addPicture(curves.plot, "curves", S.gradient);
  const fold = foldButton(CURVES, S["as curves"], open => {
    curves.root.hidden = !open;
  });
  row.label.append(fold);
  return { ...row, canvas, strip, curves, plane, change };
}

/**
 * @param {RunView} view
 * @param {ReturnType<typeof buildLearns>} row
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 */
export function drawLearns(view, row, frame, trace) {
  drawShares(view, row, frame, trace);
  if (!isOpen(CURVES)) return;
  drawGradients(view, row.plane, frame, trace, true);
  say(row.change, changeInWords(frame.changes, "axis", view.run.position, view.run.header.strings));
}

/**
 * The gradient at each step, in percent, and as arrows: bars where they have no room, or nothing comes back from a step.
 * @param {RunView} view
 * @param {{ canvas: HTMLCanvasElement, strip: TextStrip }} row
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 */
export function drawShares(view, { canvas, strip }, { T, axis }, trace) {
  const [x, width, height] = prepare(canvas);
  const norms = trace.norms[carrierOf(view.run.header.names)];
  const whole = wholeOf(view, trace, T);
  const room = width / T;
  const isBack = isReversed(view); // its state flows from right to left
  if (room < NARROW || !view.run.header.recurrence)
    drawSizeBars(view, x, norms, T, width, height, axis);
  else
    for (let t = 1; t < T; t++)
      if (!isUnseen(view, isBack ? t : t - 1, true, T))
        drawArrowBack(view, x, norms[isBack ? t : t - 1], axis, {
          ...{ middle: t * room, room, y: height / 2, way: isBack ? 1 : -1 },
        });
  const lit = litStepOf(view, T);
  placeTexts(strip, T, Math.max(1, Math.ceil(PERCENT / room)), lit, [T - 1]);
  for (const [k, t] of strip.steps.entries()) {
    const text = isUnseen(view, t, true, T) ? "" : shareInWords(norms[t], whole);
    setText(strip.texts[k], text, text, t === lit ? "lit" : "");
  }
}

/**
 * @param {RunView} view
 * @param {{ canvas: HTMLCanvasElement }} row
 * @param {LayerFrame} trace
 * @param {number} T
 */
export function describeLearns(view, { canvas }, trace, T) {
  const { names, strings: S } = view.run.header;
  const norms = trace.norms[carrierOf(names)];
  const whole = wholeOf(view, trace, T);
  const shares = [];
  for (let t = 0; t < T; t += Math.ceil(T / 16))
    shares.push(`${t + 1}: ${shareInWords(norms[t], whole)}`);
  describe(canvas, `${S["it learns"]}: ${joinBy(S.list, shares)}`);
}
