// Choosing a class: what the network says of the probe, and the confusion matrix.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

// One row per class: its label, what the network says of this sequence, and its row of the confusion matrix.
export function classes(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings;
  const { labels } = view.run.header, t = step(view, frame), C = labels.length;
  const counts = picture?.counts, narrow = width < 330, gap = narrow ? 8 : 14, top = narrow ? 56 : 42, label = narrow ? 58 : 70;
  const most = width * (narrow ? 0.46 : 0.5), heading = narrow ? 136 : 216; // few classes: cells larger, and room for the heading
  const matrix = counts ? Math.min(most, Math.max(26 * C, Math.min(44 * C, heading))) : 0, left = width - (counts ? Math.min(most, Math.max(matrix, heading)) : 0);
  const row = Math.min(28, (height - top - 2) / C), cell = matrix / C;
  const letters = layout.symbols.every(symbol => symbol.length === 1);
  const read = layout.symbols.slice(0, t + 1).join(""), room = Math.max(4, Math.floor((left - 90) / 7.5));
  const shown = read.length > room ? `…${read.slice(1 - room)}` : read;
  write(x, letters ? `${S.says}: “${shown}”` : S.says, 0, 8, c.text, 13, "left", 600);
  bars(view, x, 0, top, left - (counts ? gap : 0), row * C, said(view, frame), layout.targets[0], row, label);
  if (!counts) return;
  const [title, axes = ""] = S.confusion.split(/(?<=:) /);
  write(x, narrow ? title : S.confusion, left, 8, c.text, 13, "left", 600);
  if (narrow) write(x, axes, width, 24, c.muted, 12, "right"); // it may begin a little further left than the matrix
  const size = Math.max(11, Math.min(12, cell * 0.62)), every = Math.ceil(14 / cell), digits = String(Math.max(...counts.flat())).length;
  const figures = Math.min(12, cell / (0.58 * digits)), fits = row > 11 && figures >= 11; // all counts, or none
  const starts = labels.map(name => name.slice(0, 2)), unique = new Set(starts).size === C; // else numbers, as the rows
  labels.forEach((_, j) => j % every || write(x, unique ? starts[j] : String(j + 1), left + (j + 0.5) * cell, top - 9, c.muted, size, "center"));
  counts.forEach((numbers, i) => {
    const total = numbers.reduce((a, b) => a + b, 0) || 1;
    numbers.forEach((n, j) => {
      const share = n / total, X = left + j * cell, Y = top + i * row, level = Math.round(255 * Math.sqrt(share));
      x.fillStyle = c.css(c.sequential[level]);
      x.fillRect(X, Y, cell - 1, row - 1);
      if (i === j) { x.strokeStyle = c.text; x.lineWidth = 1; x.strokeRect(X + 0.5, Y + 0.5, cell - 2, row - 2); }
      if (n && fits) write(x, String(n), X + cell / 2 - 0.5, Y + row / 2, level > 128 ? c.background : c.text, figures, "center");
    });
  });
}
