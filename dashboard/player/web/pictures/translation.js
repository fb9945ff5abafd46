// Translation: what it writes from its own words, and where the decoder looks.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

const cut = (x, text, width) => { let t = text; while (t.length > 3 && x.measureText(t).width > width) t = `${t.slice(0, -2)}…`; return t; };

export function translation(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  const first = layout.drawing.boundary, shown = Math.max(first, t), symbols = layout.symbols;
  write(x, `${S.after} ${symbols.slice(first, shown + 1).join(" ")}`, 0, 8, c.text, 13, "left", 600);
  const labels = view.run.header.labels, L = labels.length;
  const all = labels.map((name, k) => [name, frame.output[shown * L + k], k]).sort((a, b) => b[1] - a[1]).slice(0, 3);
  bars(view, x, 0, 18, width, 54, all, layout.targets[shown], 18, 80);
  let top = 88;
  const attention = frame.aside?.attention;
  if (attention) {
    const d = attention.length, s = attention[0].length, label = 76, size = Math.min((width - label) / s, Math.max(11, (height * 0.5 - 40) / d), 24);
    write(x, S["looks at"], 0, top, c.text, 13, "left", 600);
    top += 14;
    for (let k = 0; k < s; k++) { x.save(); x.translate(label + (k + 0.5) * size + 3, top + 44); x.rotate(-Math.PI / 3); write(x, symbols[k], 0, 0, c.muted, 11); x.restore(); }
    top += 50;
    attention.forEach((row, j) => {
      write(x, labels[layout.targets[first + j]] ?? "", label - 5, top + (j + 0.5) * size, first + j === t ? c.accent : c.text, Math.max(11, Math.min(12, size)), "right");
      row.forEach((v, k) => { x.fillStyle = c.css(c.sequential[Math.round(2.55 * v)]); x.fillRect(label + k * size, top + j * size, size - 1, size - 1); });
    });
    top += d * size + 16;
  }
  if (!picture?.written || top > height - 30) return;
  const right = picture.written.filter((w, k) => w === picture.targets[k]).length;
  write(x, `${S["free running"]} ${right} / ${picture.written.length}`, 0, top, c.text, 13, "left", 600);
  top += 18;
  x.font = "12px sans-serif";
  picture.sources.forEach((source, k) => {
    if (top > height - 26) return;
    const good = picture.written[k] === picture.targets[k];
    write(x, cut(x, source, width), 0, top, c.muted, 12);
    write(x, `${good ? "✓" : "✗"} ${cut(x, picture.written[k], width - 16)}`, 0, top + 15, good ? c.text : c.positive, 12);
    top += 36;
  });
}
