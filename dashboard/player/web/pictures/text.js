// Writing text: the chances of the next symbol, and a sample.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

export function text(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  const letters = layout.symbols.every(symbol => symbol.length === 1);
  const before = layout.symbols.slice(Math.max(0, t - (letters ? 22 : 5)), t + 1).join(letters ? "" : " ");
  write(x, `${S.after} “${before}”`, 0, 8, c.text, 13, "left", 600);
  const best = said(view, frame).sort((a, b) => b[1] - a[1]).slice(0, 8);
  bars(view, x, 0, 22, width, 8 * 20, best, layout.targets[t] ?? layout.targets[0]);
  let y = 22 + 8 * 20 + 18;
  const O = view.run.header.labels.length, logs = layout.targets.map((k, j) => (k === null ? null : Math.log(Math.max(1e-12, frame.output[j * O + k])))).filter(v => v !== null);
  if (logs.length) { // the first symbol is given; each of the others has a probability given those before
    const sum = logs.reduce((a, b) => a + b, 0);
    write(x, `log p = ${logs.slice(0, 3).map(v => v.toFixed(1)).join(" ")}${logs.length > 3 ? " …" : ""} = ${sum.toFixed(1)}   ${S.perplexity} ${Math.exp(-sum / logs.length).toFixed(2)}`, 0, y, c.text, 13);
    y += 26;
  }
  if (!picture?.text) return;
  write(x, S.writes, 0, y, c.text, 13, "left", 600);
  y += 20;
  x.font = "14px monospace";
  const wide = Math.max(10, Math.floor(width / x.measureText("m").width));
  for (let k = 0; k < picture.text.length && y < height - 6; k += wide, y += 19) {
    x.font = "14px monospace"; x.textAlign = "left"; x.fillStyle = c.text;
    x.fillText(picture.text.slice(k, k + wide), 0, y);
  }
}
