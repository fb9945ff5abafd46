// Choosing a class: what the network says of the probe, and the confusion matrix.

import { prepare, write, writeWithin } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawConfusion } from "./confusion.js";
import { drawBars, litStep, outputsAt, splitLetters, targetAt } from "./output.js";

/** @import { Confusion, Layout, Palette, Pen, RecordedFrame, RunView, Strings } from "../types.js" */

/**
 * One row per class: its label, what the network says of this sequence, and its row of the confusion matrix.
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {Confusion | null} results
 */
export function classes(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const { labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const C = labels.length;
  const counts = results?.counts;
  const narrow = width < 400;
  const top = narrow ? 56 : 42;
  const most = width * (narrow ? 0.46 : 0.5);
  const heading = narrow ? 136 : 216; // few classes: cells larger, and room for the heading
  const matrix = counts ? Math.min(most, Math.max(26 * C, Math.min(44 * C, heading))) : 0;
  const left = width - (counts ? Math.min(most, Math.max(matrix, heading)) : 0);
  const gap = narrow ? 8 : 14;
  const row = Math.min(28, (height - top - 2) / C);
  const cell = matrix / C;
  write(x, headingOf(S, layout.symbols.slice(0, t + 1), left), 0, 8, c.text, 13, "left", 600);
  const names = roomForNames(x, labels, narrow ? 58 : 70, width / 4);
  const bars = { top, width: left - (counts ? gap : 0), row, names };
  drawBars(view, x, bars, outputsAt(view, frame, t), targetAt(view, layout, t));
  if (!counts) return;
  const title = S[narrow ? "confusion title" : "confusion"];
  writeWithin(x, title, width - left, left, 8, c.text, 13, "left", 600);
  if (narrow) write(x, S["confusion axes"], width, 24, c.muted, 12, "right"); // it may begin a little further left than the matrix
  nameColumns(x, c, labels, left, top - 9, cell);
  const digits = String(Math.max(...counts.flat())).length;
  const size = Math.min(12, cell / (0.58 * digits));
  const fits = row > 11 && size >= 11; // all counts, or none
  drawConfusion(view, x, counts, { left, top, cell, row }, fits ? size : 0, true);
}

/**
 * The width of the names before the bars: more than usual where one is longer, but no more than `most`.
 * @param {Pen} x
 * @param {string[]} labels
 * @param {number} usual
 * @param {number} most
 */
function roomForNames(x, labels, usual, most) {
  const longest = labels.reduce((a, b) => (b.length > a.length ? b : a));
  write(x, "", 0, 0, "", 13, "left", 700); // sets the font that is measured
  return Math.max(usual, Math.min(most, x.measureText(longest).width + 8));
}

/**
 * What has been read so far, its end where there is not room for all.
 * @param {Strings} S
 * @param {string[]} symbols
 * @param {number} width
 */
function headingOf(S, symbols, width) {
  if (symbols.some(symbol => splitLetters(symbol).length !== 1)) return S.says;
  const room = Math.max(4, Math.floor((width - 112) / 7.5));
  const isLong = symbols.length > room;
  const text = `${isLong ? "…" : ""}${symbols.slice(isLong ? 1 - room : 0).join("")}`;
  return fill(S["says of"], { text });
}

/**
 * The first two letters of each class, else its number, as many as there is room for.
 * @param {Pen} x
 * @param {Palette} c
 * @param {string[]} labels
 * @param {number} left
 * @param {number} y
 * @param {number} cell
 */
function nameColumns(x, c, labels, left, y, cell) {
  const starts = labels.map(name => name.slice(0, 2));
  const areUnique = new Set(starts).size === labels.length;
  const size = Math.max(11, Math.min(12, cell * 0.62));
  for (let j = 0; j < labels.length; j += Math.ceil(14 / cell)) {
    const name = areUnique ? starts[j] : String(j + 1);
    write(x, name, left + (j + 0.5) * cell, y, c.muted, size, "center");
  }
}
