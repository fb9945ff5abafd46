// It says: the top guess after every step, with a bar as long as its chance.

import { prepare, write } from "../canvas.js";
import { isUnseen } from "../time_axis.js";
import { allAnswersInWords } from "./answer_words.js";
import { isAnswered, kindOf } from "./answers.js";
import { litStepOf } from "./lighting.js";
import { addPicture, buildRow, describe } from "./row.js";
import { buildStrip, fitName, placeTexts, setText } from "./strip.js";

/** @import { Layout, Palette, Pen, RecordedFrame, RunHeader, RunView } from "../types.js" */
/** @import { Answer } from "./types.js" */

const LETTER = 7.5; // px of a bold one, about
const SIGN = 14; // px of a sign that it is right
const TIGHT = 84; // px of a step, below which the sign stands beside the bar
const ROOMY = 34; // px of a step, from which on its bar lies
const THICK = 6; // px of such a bar

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildSays(parent, { at, strings: S }) {
  const row = buildRow(parent, "says", S["it says"]);
  row.caption.textContent = S[`says ${at}`];
  row.caption.title = S[`says ${at} in full`];
  const strip = buildStrip("guesses");
  row.plot.append(strip.root);
  return { ...row, strip, canvas: addPicture(row.plot, "bars", S["it says"]) };
}

/**
 * @param {RunView} view
 * @param {ReturnType<typeof buildSays>} row
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @returns {{ x: Pen, width: number }} a pen to measure with, and the width of the axis in its pixels
 */
export function drawSays(view, { strip, canvas }, frame, layout) {
  const [x, width, height] = prepare(canvas);
  const { T } = frame;
  const { kind, labels, at } = view.run.header;
  const { answer, letters } = kindOf(kind);
  const room = width / T;
  const least = letters(labels);
  const every = Math.max(1, Math.ceil((least * LETTER + (least > 1 ? 12 : SIGN)) / room));
  const isTight = every * room < TIGHT && least > 1 && room >= ROOMY;
  const lit = litStepOf(view, T);
  placeTexts(strip, T, every, lit, [T - 1]);
  let k = 0;
  for (let t = 0; t < T; t++) {
    const isShown = isAnswered(layout, t) && !isUnseen(view, t, false, T);
    const said = isShown ? answer(view, frame, layout, t) : null;
    if (said) drawBar(x, view.colours, said, t, room, height);
    if (strip.steps[k] !== t) continue;
    const one = strip.texts[k++];
    const look = t === lit ? "lit" : "";
    if (!said) {
      setText(one, "", "", look);
      continue;
    }
    const sign = said.right && !isTight ? `${least > 1 ? " " : ""}✓` : "";
    x.font = `${at === "every" || t === T - 1 ? 700 : 600} 14px sans-serif`;
    const name = fitName(x, said.text, every * room - 4 - (sign && least > 1 ? SIGN : 0));
    setText(
      one,
      name + sign,
      least > 1 ? said.text + sign : name + sign,
      said.right ? `right ${look}` : look,
    );
  }
  return { x, width };
}

/**
 * A lying bar where there is room, else one that stands; right answers in the colour of what is right, and with
 * a dot, so that colour is not all.
 * @param {Pen} x
 * @param {Palette} c
 * @param {Answer} said
 * @param {number} t
 * @param {number} room px of a step
 * @param {number} height
 */
function drawBar(x, c, { level, mark, right }, t, room, height) {
  if (room < ROOMY) {
    x.fillStyle = right ? c.accent : c.muted;
    const wide = Math.max(1, room * 0.72);
    const tall = Math.max(1, level * (height - 3));
    x.globalAlpha = right ? 1 : 0.6;
    x.fillRect(t * room + (room - wide) / 2, height - tall, wide, tall);
    x.globalAlpha = 1;
    x.fillStyle = c.text;
    if (mark !== null) x.fillRect(t * room, height - mark * (height - 3) - 1, room, 2);
    return;
  }
  const whole = Math.min(110, room * 0.74);
  const isMarked = right && room < TIGHT;
  const wide = whole - (isMarked ? 10 : 0);
  const left = t * room + (room - whole) / 2;
  if (isMarked) write(x, "✓", left + whole, height / 2, c.accent, 12, "right", 700);
  const top = (height - THICK) / 2;
  x.fillStyle = c.line;
  x.beginPath();
  x.roundRect(left, top, wide, THICK, THICK / 2);
  x.fill();
  x.fillStyle = right ? c.accent : c.muted;
  x.beginPath();
  x.roundRect(left, top, Math.max(THICK, wide * level), THICK, THICK / 2);
  x.fill();
  if (mark === null) return;
  x.fillStyle = c.text;
  x.fillRect(left + mark * wide - 1, top - 3, 2, THICK + 6);
}

/**
 * For whoever does not see it; not while it plays.
 * @param {RunView} view
 * @param {ReturnType<typeof buildSays>} row
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export const describeSays = (view, { canvas }, frame, layout) =>
  describe(
    canvas,
    `${view.run.header.strings["it says"]}: ${allAnswersInWords(view, frame, layout)}`,
  );
