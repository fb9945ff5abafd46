// Digits: the image being read from both ends, what the network says so far, and the confusion matrix.

import { prepare, write, writeWithin } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawConfusion } from "./confusion.js";
import { drawBars, litStep, outputsAt, targetAt } from "./output.js";

/** @import { Confusion, Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ rows: number[][] }} Image the levels 0 .. 255 of its pixels */

const TOP = 22;

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout<Image>} layout
 * @param {Confusion | null} results
 */
export function digits(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const { labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const side = Math.min(height - 26, width * 0.34);
  write(x, fill(S.row, { t: t + 1 }), 0, 8, c.text, 13, "left", 600);
  drawDigit(view, x, layout.drawing.rows, t, side, height);
  const left = side + 14;
  const counts = results?.counts;
  const rest = width - left;
  const matrix = counts && rest > 230 ? Math.min(rest * 0.5, height - 40) : 0;
  const room = rest - matrix - (matrix ? 14 : 0);
  const row = (height - TOP - 4) / labels.length;
  write(x, S.says, left, 8, c.text, 13, "left", 600);
  const bars = { left, top: TOP, width: room, row, names: 18 };
  drawBars(view, x, bars, outputsAt(view, frame, t), targetAt(view, layout, t));
  if (!counts || !matrix) return;
  const cell = matrix / labels.length;
  writeWithin(x, S["confusion axes"], rest - 80, width, 8, c.text, 12, "right");
  const place = { left: width - matrix, top: TOP, cell, row: cell };
  drawConfusion(view, x, counts, place, cell > 17 ? 11 : 0, false);
}

/**
 * The answer after row t is made of the downward state there and the upward one after all rows.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number[][]} rows
 * @param {number} t
 * @param {number} side
 * @param {number} height
 */
function drawDigit(view, x, rows, t, side, height) {
  const c = view.colours;
  const cell = side / rows.length;
  const both = view.run.header.layers.some(([, way]) => way === "reverse");
  for (const [r, row] of rows.entries())
    for (const [k, v] of row.entries()) {
      x.fillStyle = c.css(c.sequential[v]);
      x.fillRect(k * cell, TOP + r * cell, cell + 0.5, cell + 0.5);
    }
  x.lineWidth = 2;
  x.strokeStyle = c.accent;
  x.strokeRect(-1, TOP, side + 2, (t + 1) * cell); // read downwards so far
  if (!both) return;
  x.strokeStyle = c.accent;
  x.setLineDash([5, 3]);
  x.strokeRect(1, TOP + 2, side - 2, side - 4);
  x.setLineDash([]);
  if (TOP + side + 12 >= height) return;
  write(x, "↓", 0, TOP + side + 9, c.accent, 13, "left", 700);
  write(x, "↑", 16, TOP + side + 9, c.accent, 13, "left", 700);
}
