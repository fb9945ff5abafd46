// It reads: the symbols, large; a click, or the pencil, puts a field over them to type others.

import { element } from "../page.js";
import { writeOut } from "../panels/output.js";
import { isUnseen } from "../time_axis.js";
import { litStepOf } from "./lighting.js";
import { buildRow } from "./row.js";
import { buildStrip, fitName, placeTexts, setText } from "./strip.js";

/** @import { Controls, Layout, Pen, RecordedFrame, RunHeader, RunView } from "../types.js" */

const SIZES = /** @type {[px: number, look: string][]} */ ([
  [24, "large"],
  [16, ""],
  [14, "small"],
]);
const MOST_LETTERS = 5; // of a symbol that is written out in any case

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {Controls} controls
 */
export function buildReads(parent, { elsewhere, strings: S }, { probe, error }) {
  const row = buildRow(parent, "reads", S["it reads"]);
  const strip = buildStrip("symbols");
  const boundary = element("i", { class: "boundary", hidden: "" });
  row.plot.append(strip.root, boundary);
  if (elsewhere) return { ...row, strip, boundary, probe, error, pencil: null }; // its script chose the sequence
  const pencil = element("button", { class: "pencil", type: "button" }, `${S["type your own"]} ✎`);
  row.caption.append(pencil);
  row.plot.append(probe, error);
  pencil.onclick = () => edit(probe);
  /** @param {KeyboardEvent} event */
  probe.onkeydown = event => {
    if (event.key === "Escape") probe.value = probe.dataset.before ?? probe.value;
    if (event.key === "Escape" || event.key === "Enter") probe.blur();
  };
  probe.onfocus = () => {
    probe.dataset.before = probe.value;
  };
  probe.addEventListener("change", () => {
    row.root.dataset.asked = row.root.dataset.answer;
  });
  return { ...row, strip, boundary, probe, error, pencil };
}

/** @param {HTMLInputElement} probe */
export function edit(probe) {
  probe.focus();
  probe.select();
}

/**
 * @param {RunView} view
 * @param {Pick<ReturnType<typeof buildReads>, "root" | "strip" | "boundary" | "error">} row
 * @param {{ x: Pen, width: number }} axis a pen to measure with, and the width in its pixels
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function drawReads(view, { root, strip, boundary, error }, { x, width }, { T }, layout) {
  const room = width / T;
  const { symbols, drawing } = layout;
  const longest = Math.min(MOST_LETTERS, Math.max(...symbols.map(symbol => symbol.length)));
  const fits = SIZES.find(([px]) => wideOf(longest, px) <= room);
  const [size, look] = fits ?? SIZES[SIZES.length - 1];
  const every = Math.max(1, Math.ceil(wideOf(longest, size) / room));
  const lit = litStepOf(view, T);
  placeTexts(strip, T, every, lit, markedSteps(symbols));
  root.classList.toggle("large", look === "large");
  root.classList.toggle("small", look === "small");
  showField(root, `${view.run.header.layouts.length} ${error.textContent}`, error);
  x.font = `700 ${size}px sans-serif`;
  for (const [k, t] of strip.steps.entries()) {
    const symbol = writeOut(symbols[t]);
    const looks = [t === lit ? "lit" : "", isUnseen(view, t, false, T) ? "unseen" : ""];
    if (symbol !== symbols[t]) looks.push("blank");
    setText(strip.texts[k], fitName(x, symbol, every * room), symbol, looks.join(" "));
  }
  const first = drawing.boundary ?? 0; // the decoder's first step
  boundary.hidden = first === 0;
  if (first) boundary.style.left = `${(100 * first) / T}%`;
}

/**
 * What was typed stays in sight until it is answered, and where it cannot be read.
 * @param {HTMLElement} root
 * @param {string} answer what would be another one after an answer
 * @param {HTMLElement} error
 */
function showField({ dataset, classList }, answer, error) {
  if (dataset.answer !== answer) dataset.answer = answer;
  classList.toggle("asking", dataset.asked === answer || error.textContent !== "");
}

/**
 * @param {number} letters
 * @param {number} size px
 */
const wideOf = (letters, size) => size * (letters > 1 ? 0.55 * letters + 0.3 : 0.8);

/** @type {WeakMap<string[], number[]>} */
const marks = new WeakMap();

/**
 * The steps whose symbol has a mark.
 * @param {string[]} symbols
 */
function markedSteps(symbols) {
  let marked = marks.get(symbols);
  if (!marked) {
    marked = symbols.flatMap((symbol, t) => (symbol.length > 1 && symbol.endsWith("*") ? t : []));
    marks.set(symbols, marked);
  }
  return marked;
}
