// Writing text: the chances of the next symbol, and a sample.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

export function text(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  const letters = layout.symbols.every(symbol => symbol.length === 1);
  const before = layout.symbols.slice(Math.max(0, t - (letters ? 22 : 5)), t + 1).join(letters ? "" : " ");
  write(x, `${S.after} “${before}”`, 0, 8, c.text, 13, "left", 600);
  const best = said(view, frame).sort((a, b) => b[1] - a[1]).slice(0, 6);
  bars(view, x, 0, 20, width, 6 * 18, best, layout.targets[t] ?? layout.targets[0], 18);
  let y = 20 + 6 * 18 + 14;
  const O = view.run.header.labels.length; // log p of each symbol that has one: the first is given
  const logs = layout.targets.map((k, j) => (k === null ? null : Math.log(Math.max(1e-12, frame.output[j * O + k]))));
  const known = logs.filter(v => v !== null), sum = known.reduce((a, b) => a + b, 0);
  if (known.length) {
    write(x, `${S.whole}: log p = ${sum.toFixed(2)}   ${S.perplexity} ${Math.exp(-sum / known.length).toFixed(2)}`, 0, y, c.text, 13);
    factors(view, x, y + 11, width, logs, t);
    const here = logs[t], symbol = view.run.header.labels[layout.targets[t]];
    if (here !== undefined && here !== null) write(x, `log p(“${symbol === " " ? "␣" : symbol}” | …) = ${here.toFixed(2)}   p = ${Math.exp(here).toFixed(3)}`, 0, y + 42, c.accent, 13);
    y += 62;
  }
  if (!picture?.text) return;
  const drawn = `${S.temperature} ${picture.temperature}${picture.top_k ? `, ${S["of the likeliest"].replace("{k}", picture.top_k)}` : ""}`;
  write(x, `${S.writes} (${drawn})`, 0, y, c.text, 13, "left", 600);
  y += 19;
  x.font = "14px monospace";
  const wide = Math.max(10, Math.floor(width / x.measureText("m").width));
  for (let k = 0; k < picture.text.length && y < height - 6; k += wide, y += 19) {
    x.font = "14px monospace"; x.textAlign = "left"; x.fillStyle = c.text;
    x.fillText(picture.text.slice(k, k + wide), 0, y);
  }
}

// One bar for each factor of the product, as long as its -log p; the one at the cursor is marked.
function factors(view, x, top, width, logs, t) {
  const c = view.colours, step = width / logs.length, worst = Math.max(1, ...logs.map(v => -(v ?? 0)));
  logs.forEach((v, j) => {
    if (v === null) return;
    x.fillStyle = j === t ? c.accent : c.muted;
    x.fillRect(j * step, top, Math.max(1, step - 1), Math.max(1, (20 * -v) / worst));
  });
}
