// Writing text: the chances of the next symbol, and a sample.

import { prepare, write } from "../canvas.js";
import {
  drawBars,
  likeliestAt,
  litStep,
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
  write(x, `${S.after} “${before}”`, 0, 8, c.text, 13, "left", 600);
  const bars = { top: 20, width, row: ROW, names: widthOfNames(width) };
  drawBars(view, x, bars, likeliestAt(view, frame, t, BARS), targetAt(view, layout, t));
  let y = 20 + BARS * ROW + 14;
  if (layout.drawing.unknown?.length) {
    write(x, nameUnknown(layout.drawing, S), 0, y, c.positive, 13);
    y += 20;
  }
  const below = drawProduct(view, x, frame, layout, t, y, width) ? y + 62 : y;
  if (results?.text) writeSample(view, x, results, below, width, height);
}

/**
 * The probability of the text after its first symbol, as the product of those of its symbols, in logarithms.
 * @param {RunView} view
 * @param {Pen} x
 * @param {RecordedFrame} frame
 * @param {Layout<Cut>} layout
 * @param {number} t
 * @param {number} y
 * @param {number} width
 * @returns {boolean} whether any symbol has one: the first is given
 */
function drawProduct(view, x, { output }, { targets, symbols, drawing }, t, y, width) {
  const { labels, strings: S } = view.run.header;
  const c = view.colours;
  const logs = targets.map((k, j) =>
    k === null ? null : Math.log(Math.max(1e-12, output[j * labels.length + k])),
  );
  const known = logs.slice(0, symbols.length - 1).filter(v => v !== null); // not what follows the text
  if (!known.length) return false;
  const sum = known.reduce((a, b) => a + b, 0);
  const perplexity = Math.exp(-sum / known.length).toFixed(2);
  const given = drawing.unit === "word" ? S["whole of words"] : S["whole of characters"];
  const whole = `${given}: log p = ${sum.toFixed(2)}   ${S.perplexity} ${perplexity}`;
  write(x, whole, 0, y, c.text, 13);
  drawFactors(view, x, y + 11, width, logs, t);
  const here = logs[t] ?? null;
  const target = targets[t];
  if (here === null || target === null) return true;
  const symbol = writeOut(labels[target]);
  const factor = `log p(“${symbol}” | …) = ${here.toFixed(2)}   p = ${Math.exp(here).toFixed(3)}`;
  write(x, factor, 0, y + 42, c.accent, 13);
  return true;
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
  const worst = Math.max(1, ...logs.map(v => -(v ?? 0)));
  for (const [j, v] of logs.entries()) {
    if (v === null) continue;
    x.fillStyle = j === t ? c.accent : c.muted;
    x.fillRect(j * step, top, Math.max(1, step - 1), Math.max(1, (20 * -v) / worst));
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
  const likeliest = k ? `, ${S["of the likeliest"].replace("{k}", String(k))}` : "";
  const how = `${S.temperature} ${temperature}${likeliest}`;
  write(x, `${S.writes} (${how})`, 0, top, c.text, 13, "left", 600);
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
      lines.push(line);
      line = "";
    }
    line += letter;
  }
  return [...lines, line];
}
