// A confusion matrix: a row for each truth, a column for each guess, coloured by the share of its row.

import { write } from "../canvas.js";

/** @import { Pen, RunView } from "../types.js" */

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {number[][]} counts
 * @param {{ left: number, top: number, cell: number, row: number }} place
 * @param {number} size px of the counts' letters; 0: they do not fit
 * @param {boolean} outlined whether the right guesses are
 */
export function drawConfusion(view, x, counts, { left, top, cell, row }, size, outlined) {
  const c = view.colours;
  for (const [i, numbers] of counts.entries()) {
    const total = numbers.reduce((a, b) => a + b, 0) || 1;
    for (const [j, n] of numbers.entries()) {
      const X = left + j * cell;
      const Y = top + i * row;
      const level = Math.round(255 * Math.sqrt(n / total));
      x.fillStyle = c.css(c.sequential[level]);
      x.fillRect(X, Y, cell - 1, row - 1);
      if (outlined && i === j) {
        x.strokeStyle = c.text;
        x.lineWidth = 1;
        x.strokeRect(X + 0.5, Y + 0.5, cell - 2, row - 2);
      }
      const colour = level > 128 ? c.background : c.text;
      if (n && size) write(x, String(n), X + cell / 2 - 0.5, Y + row / 2, colour, size, "center");
    }
  }
}
