// Writing text: the chances of the next symbol, and a sample.

import { prepare, short, writeLines, writeWithin } from "../canvas.js";
import { writeFixed } from "../numbers.js";
import { clamp } from "../scales.js";
import { fill } from "../sentences.js";
import {
  drawBars,
  likeliestAt,
  litStep,
  nameUnknown,
  splitLetters,
  targetAt,
  widthOfNames,
  writeOut,
} from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ text: string, temperature: number, top_k: number }} Sample what it wrote, and how it was drawn */
/** @import { Cut } from "./output.js" */

const BARS = 6;
const ROW = 18; // px

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout<Cut>} layout
 * @param {Sample | null} results
 */
export function text(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const S = view.run.header.strings;
  const t = litStep(view, frame);
  const letters = layout.drawing.unit !== "word";
  const from = Math.max(0, t - (letters ? 22 : 5));
  const before = layout.symbols.slice(from, t + 1).join(letters ? "" : " ");
  writeWithin(x, fill(S.after, { text: `“${before}”` }), width, 0, 8, c.text, 13, "left", 600);
  const bars = { top: 20, width, row: ROW, names: widthOfNames(width) };
  drawBars(view, x, bars, likeliestAt(view, frame, t, BARS), targetAt(view, layout, t));
  let y = 20 + BARS * ROW + 14;
  if (layout.drawing.unknown?.length) {
    writeWithin(x, nameUnknown(layout.drawing, S), width, 0, y, c.wrong, 13);
    y += 20;
  }
  y += drawProduct(view, x, frame, layout, t, y, width);
  if (results?.text) writeSample(view, x, results, y, width, height);
}

/** @param {number} v the logarithm of a probability */
const logInWords = v => writeFixed(v, 2).replace("-Infinity", "−∞");

/**
 * The probability of the text as the product of those of its symbols, in logarithms; given its first symbol, unless
 * the chance of that one is known.
 * @param {RunView} view
 * @param {Pen} x
 * @param {RecordedFrame} frame
 * @param {Layout<Cut>} layout
 * @param {number} t
 * @param {number} y
 * @param {number} width
 * @returns {number} its height, px; 0 where no symbol has one: the first is given
 */
function drawProduct(view, x, frame, { targets, symbols, drawing }, t, y, width) {
  const { output } = frame;
  const { labels, strings: S } = view.run.header;
  const c = view.colours;
  const first = frame.aside?.first; // of typed words: the chance of the first one
  const logs = targets.map(
    (k, j) => (k === null ? null : Math.log(output[j * labels.length + k])), // -Infinity of what float32 holds as 0
  );
  // Of a text, what follows it is no part of it; elsewhere every answer counts.
  const own = drawing.unit ? logs.slice(0, symbols.length - 1) : logs;
  const known = own.filter(v => v !== null);
  if (first) known.push(Math.log(first.chance));
  if (!known.length) return 0;
  const sum = known.reduce((a, b) => a + b, 0);
  const perplexity = short(Math.exp(-sum / known.length)).replace("Infinity", "∞");
  const given = S[drawing.unit ? `whole of ${drawing.unit}s` : "whole of answers"];
  const values = { log_p: logInWords(sum), perplexity };
  const whole = first
    ? fill(S["whole with first"], { ...values, after: first.after, p: short(first.chance) })
    : fill(given, values);
  const below = writeLines(x, whole, width, 0, y, c.text) - 6;
  drawFactors(view, x, y + below, width, logs, t);
  const here = logs[t] ?? null;
  const target = targets[t];
  if (here === null || target === null) return below + 51;
  const symbol = writeOut(labels[target]);
  const factor = `log p(“${symbol}” | …) = ${logInWords(here)}   p = ${short(Math.exp(here))}`;
  writeWithin(x, factor, width, 0, y + below + 31, c.accent, 13);
  return below + 51;
}

/**
 * One bar for each factor of the product, as long as its -log p; the one at the cursor is marked.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} top
 * @param {number} width
 * @param {(number | null)[]} logs
 * @param {number} t
 */
function drawFactors({ colours: c }, x, top, width, logs, t) {
  const step = width / logs.length;
  const worst = Math.max(1, ...logs.map(v => -(v ?? 0)).filter(Number.isFinite));
  for (const [j, v] of logs.entries()) {
    if (v === null) continue;
    x.fillStyle = j === t ? c.accent : c.muted;
    x.fillRect(j * step, top, Math.max(1, step - 1), clamp((20 * -v) / worst, 1, 20));
  }
}

/**
 * What it writes by itself, as many lines as there is room for.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Sample} sample
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
function writeSample(view, x, { text: sample, temperature, top_k: k }, top, width, height) {
  const c = view.colours;
  const S = view.run.header.strings;
  const heading = fill(S[k ? "writes of likeliest" : "writes"], { temperature, k });
  writeWithin(x, heading, width, 0, top, c.text, 13, "left", 600);
  x.font = "14px monospace";
  x.textAlign = "left";
  x.fillStyle = c.text;
  for (const [k, line] of breakText(x, sample, width).entries()) {
    const y = top + 19 + 19 * k;
    if (y >= height - 6) return;
    x.fillText(line, 0, y);
  }
}

/**
 * Lines that fit; a line break of the text's own is drawn as a sign.
 * @param {Pen} x
 * @param {string} sample
 * @param {number} width
 */
function breakText(x, sample, width) {
  const lines = [];
  let line = "";
  for (const symbol of splitLetters(sample)) {
    const letter = symbol === " " ? " " : writeOut(symbol);
    if (line && x.measureText(line + letter).width > width) {
      const end = line.lastIndexOf(" ") + 1 || line.length; // between two words, where it has some
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
    line += letter;
  }
  return [...lines, line];
}
