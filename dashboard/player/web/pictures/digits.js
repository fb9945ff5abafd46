// Digits: the image being read from both ends, what the network says so far, and the confusion matrix.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

export function digits(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  const { rows } = layout.drawing, N = rows.length, both = view.run.header.layers.some(([, way]) => way === "reverse");
  const side = Math.min(height - 26, width * 0.34), cell = side / N, top = 22;
  write(x, `${S.row} ${t + 1}`, 0, 8, c.text, 13, "left", 600);
  rows.forEach((row, r) => row.forEach((v, k) => {
    x.fillStyle = c.css(c.sequential[v]);
    x.fillRect(k * cell, top + r * cell, cell + 0.5, cell + 0.5);
  }));
  // The answer after row t is made of the downward state there and the upward one after all rows.
  x.lineWidth = 2; x.strokeStyle = c.accent;
  x.strokeRect(-1, top, side + 2, (t + 1) * cell); // read downwards so far
  if (both) { x.strokeStyle = c.positive; x.setLineDash([5, 3]); x.strokeRect(1, top + 2, side - 2, side - 4); x.setLineDash([]); }
  if (both && top + side + 12 < height) { write(x, "↓", 0, top + side + 9, c.accent, 13, "left", 700); write(x, "↑", 16, top + side + 9, c.positive, 13, "left", 700); }
  const left = side + 14, counts = picture?.counts, rest = width - left;
  const matrix = counts && rest > 230 ? Math.min(rest * 0.5, height - 40) : 0;
  write(x, S.says, left, 8, c.text, 13, "left", 600);
  x.save(); x.translate(left, 0);
  bars(view, x, 0, top, rest - matrix - (matrix ? 14 : 0), height - top - 4, said(view, frame), layout.targets[0], (height - top - 4) / 10, 18);
  x.restore();
  if (!matrix) return;
  const size = matrix / 10, from = width - matrix;
  write(x, S["row truth"], from, 8, c.text, 12);
  counts.forEach((numbers, i) => {
    const total = numbers.reduce((p, q) => p + q, 0) || 1;
    numbers.forEach((n, j) => {
      const level = Math.round(255 * Math.sqrt(n / total));
      x.fillStyle = c.css(c.sequential[level]);
      x.fillRect(from + j * size, top + i * size, size - 1, size - 1);
      if (n && size > 17) write(x, String(n), from + (j + 0.5) * size, top + (i + 0.5) * size, level > 128 ? c.background : c.text, 11, "center");
    });
  });
}
