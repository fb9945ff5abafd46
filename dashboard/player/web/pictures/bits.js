// Bits: the subtraction on paper, and which hidden unit goes with the borrow.

import { prepare, write } from "../canvas.js";
import { step } from "./said.js";

export function bits(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  const { bits: places, borrow, a, b } = layout.drawing, n = places.length, label = 78;
  const column = Math.min(46, (width - label) / n), size = Math.max(11, Math.min(20, column * 0.55)), line = Math.min(26, (height * 0.5) / 6);
  const X = k => label + (n - 1 - k + 0.5) * column; // the lowest bit stands on the right, as on paper
  write(x, `${a} − ${b} = ${a - b}`, 0, 8, c.text, 14, "left", 700);
  const rows = [[S.borrow, k => (k ? borrow[k - 1] : 0)], ["a", k => places[k][0]], ["− b", k => places[k][1]], [S["it says"], null], [S["bit is"], null], [S.right, k => layout.targets[k]]];
  rows.forEach(([name, value], r) => {
    const y = 30 + (r + 0.5) * line;
    write(x, name, label - 10, y, c.muted, 12, "right");
    for (let k = 0; k < n; k++) {
      const p = frame.output[k], bit = p > 0.5 ? 1 : 0, wrong = bit !== layout.targets[k];
      x.globalAlpha = k <= t || r < 3 ? 1 : 0.25;
      if (r === 3) { // the bar reaches the middle line at 0.5
        x.fillStyle = c.soft; x.fillRect(X(k) - column * 0.36, y - line * 0.36, column * 0.72, line * 0.72);
        x.fillStyle = c.accent; x.fillRect(X(k) - column * 0.36, y - line * 0.36, column * 0.72 * p, line * 0.72);
        x.strokeStyle = c.text; x.lineWidth = 1; x.beginPath(); x.moveTo(X(k), y - line * 0.42); x.lineTo(X(k), y + line * 0.42); x.stroke();
      } else write(x, r === 4 ? `${bit}${wrong ? " ✗" : ""}` : String(value(k)), X(k), y, r === 4 ? (wrong ? c.positive : c.accent) : r === 0 ? c.muted : c.text, r === 0 ? Math.max(11, size * 0.8) : size, "center", r === 4 ? 700 : 400);
      x.globalAlpha = 1;
    }
    if (r === 2) { x.strokeStyle = c.text; x.lineWidth = 1.5; x.beginPath(); x.moveTo(label, y + line * 0.5); x.lineTo(label + n * column, y + line * 0.5); x.stroke(); }
  });
  x.strokeStyle = c.accent; x.lineWidth = 1.5; x.strokeRect(X(t) - column / 2 + 1, 28, column - 2, rows.length * line + 2);
  if (!picture?.correlations) return;
  const top = 30 + rows.length * line + 26, found = picture.correlations, best = found.reduce((m, v, k) => (Math.abs(v) > Math.abs(found[m]) ? k : m), 0);
  write(x, `${S["who borrows"]} h[${best}] (${found[best] >= 0 ? "+" : "−"}${Math.abs(found[best]).toFixed(2)})`, 0, top, c.text, 13, "left", 600);
  const step2 = Math.min(44, width / found.length), middle = top + 16 + (height - top - 34) / 2, tall = (height - top - 38) / 2;
  x.strokeStyle = c.line; x.beginPath(); x.moveTo(0, middle); x.lineTo(step2 * found.length, middle); x.stroke();
  found.forEach((v, k) => {
    x.fillStyle = k === best ? c.accent : c.muted;
    x.fillRect(k * step2 + 3, v > 0 ? middle - v * tall : middle, Math.max(2, step2 - 6), Math.max(1, Math.abs(v) * tall));
    if (step2 > 16) write(x, String(k), k * step2 + step2 / 2, height - 8, c.muted, 11, "center");
  });
  write(x, `${Math.round(100 * picture.right)} % ${S["of pairs right"]} ${picture.pairs}`, width, 8, c.text, 13, "right", 600);
}
