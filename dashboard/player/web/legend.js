// The two colour scales and their ends.

import { prepare, write } from "./canvas.js";

export function drawLegend(view, gates) {
  const c = view.colours, gradients = view.show === "gradients";
  const key = `${c.key} ${view.show} ${gates}`;
  if (view.page.legend.key === key) return; // nothing of it has changed
  view.page.legend.key = key;
  const [x, width] = prepare(view.page.legend);
  const [top, decades] = view.run.header.decades;
  const half = gates && !gradients ? width / 2 : width;
  const strip = (left, wide, table, low, middle, high) => {
    for (let k = 0; k < wide; k++) { x.fillStyle = c.css(table[Math.round((255 * k) / wide)]); x.fillRect(left + k, 0, 1.5, 9); }
    x.strokeStyle = c.line; x.strokeRect(left, 0, wide, 9);
    write(x, low, left, 17, c.muted, 11); write(x, middle, left + wide / 2, 17, c.muted, 11, "center"); write(x, high, left + wide, 17, c.muted, 11, "right");
  };
  if (gradients) strip(0, width, c.signed, `−1e${top}`, `±1e${top - decades}`, `+1e${top}`);
  else {
    strip(0, half - 10, c.signed, "−", "0", "+");
    if (half < width) strip(half + 4, half - 6, c.gate, "0", "½", "1");
  }
}
