// Translation: what it writes from its own words, and where the decoder looks.

import { prepare, shorten, write, writeWithin } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawBars, likeliestAt, litStep, nameUnknown, targetAt } from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {Layout<{ boundary: number, unknown?: string[] }>} Pair boundary: the decoder's first step */
/** @typedef {{ sources: string[], targets: string[], written: string[] }} Translations */

const LABELS = 76; // px on the left, for what is written

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Pair} layout
 * @param {Translations | null} results
 */
export function translation(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const S = view.run.header.strings;
  const first = layout.drawing.boundary;
  const shown = Math.max(first, litStep(view, frame));
  const before = layout.symbols.slice(first, shown + 1).join(" ");
  const { unknown = [] } = layout.drawing;
  const note = unknown.length ? `   (${nameUnknown({ unknown }, S)})` : "";
  const after = fill(S.after, { text: before }) + note;
  writeWithin(x, after, width, 0, 8, c.text, 13, "left", 600);
  const bars = { top: 18, width, row: 18, names: 80 };
  drawBars(view, x, bars, likeliestAt(view, frame, shown, 3), targetAt(view, layout, shown));
  let top = 88;
  const attention = frame.aside?.attention;
  if (attention) top = drawAttention(view, x, frame, layout, attention, top, width, height);
  if (results?.written && top <= height - 30)
    writeTranslations(view, x, results, top, width, height);
}

/**
 * A row for each symbol that is written, a column for each that was read.
 * @param {RunView} view
 * @param {Pen} x
 * @param {RecordedFrame} frame
 * @param {Pair} layout
 * @param {number[][]} attention in percent
 * @param {number} top
 * @param {number} width
 * @param {number} height
 * @returns {number} what stands below begins there
 */
function drawAttention(
  view,
  x,
  frame,
  { symbols, targets, drawing },
  attention,
  top,
  width,
  height,
) {
  const { labels, strings: S } = view.run.header;
  const c = view.colours;
  const t = litStep(view, frame);
  const rows = attention.length;
  const columns = attention[0].length;
  const size = Math.min((width - LABELS) / columns, Math.max(11, (height * 0.5 - 40) / rows), 24);
  writeWithin(x, S["looks at"], width, 0, top, c.text, 13, "left", 600);
  for (let k = 0; k < columns; k++) {
    x.save();
    x.translate(LABELS + (k + 0.5) * size + 3, top + 58);
    x.rotate(-Math.PI / 3);
    write(x, symbols[k], 0, 0, c.muted, 11);
    x.restore();
  }
  const first = top + 64;
  for (const [j, row] of attention.entries()) {
    const target = targets[drawing.boundary + j];
    const name = target === null ? "" : (labels[target] ?? "");
    const colour = drawing.boundary + j === t ? c.accent : c.text;
    const y = first + (j + 0.5) * size;
    write(x, name, LABELS - 5, y, colour, Math.max(11, Math.min(12, size)), "right");
    for (const [k, percent] of row.entries()) {
      x.fillStyle = c.css(c.sequential[Math.round(2.55 * percent)]);
      x.fillRect(LABELS + k * size, first + j * size, size - 1, size - 1);
    }
  }
  return first + rows * size + 16;
}

/**
 * Some held-out sources, and what is written for them, as many as there is room for.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Translations} results
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
function writeTranslations(view, x, { sources, targets, written }, top, width, height) {
  const c = view.colours;
  const right = written.filter((words, k) => words === targets[k]).length;
  const sentence = view.run.header.strings["free running"];
  const heading = fill(sentence, { right, all: written.length });
  writeWithin(x, heading, width, 0, top, c.text, 13, "left", 600);
  x.font = "12px sans-serif";
  for (const [k, source] of sources.entries()) {
    const y = top + 18 + 36 * k;
    if (y > height - 26) return;
    const isRight = written[k] === targets[k];
    write(x, shorten(x, source, width), 0, y, c.muted, 12);
    const words = `${isRight ? "✓" : "✗"} ${shorten(x, written[k], width - 16)}`;
    write(x, words, 0, y + 15, isRight ? c.text : c.wrong, 12);
  }
}
