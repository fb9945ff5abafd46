// Series: the truth, what the network says, and naive forecasts over the same steps.

import { prepare, short, write } from "../canvas.js";
import { step } from "./said.js";

export function series(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings;
  const said = frame.output[step(view, frame) * view.run.header.labels.length];
  write(x, `${S["read so far"]} ${layout.symbols.slice(-6).join("  ")}`, 0, 8, c.text, 13, "left", 600);
  if (!picture?.lines) return;
  const lines = Object.entries(picture.lines), all = lines.flatMap(([, v]) => v).filter(v => v !== null);
  const low = Math.min(...all), high = Math.max(...all) > low ? Math.max(...all) : low + 1;
  const count = lines[0][1].length, looks = [[c.text, 2, []], [c.accent, 2.2, []], [c.positive, 2.2, [6, 3]], [c.muted, 1.2, [2, 3]], [c.muted, 1.2, [7, 4]]];
  let left = 0, top = 26; // the legend takes as many lines as it needs
  lines.forEach(([name], k) => {
    const [colour, wide, dash] = looks[k % looks.length];
    x.font = "12px sans-serif";
    const need = 26 + x.measureText(name).width + 12;
    if (left && left + need > width) { left = 0; top += 17; }
    x.strokeStyle = colour; x.lineWidth = wide; x.setLineDash(dash);
    x.beginPath(); x.moveTo(left, top); x.lineTo(left + 20, top); x.stroke(); x.setLineDash([]);
    write(x, name, left + 25, top, c.text, 12);
    left += need;
  });
  const edge = 44, roof = top + 14, floor = height - 18;
  const X = k => edge + (k / Math.max(1, count - 1)) * (width - edge - 6), Y = v => floor - ((v - low) / (high - low)) * (floor - roof);
  for (const part of [0, 0.5, 1]) {
    const v = low + (high - low) * part;
    x.strokeStyle = c.line; x.lineWidth = 1;
    x.beginPath(); x.moveTo(edge, Y(v)); x.lineTo(width - 6, Y(v)); x.stroke();
    write(x, short(v), edge - 5, Y(v), c.muted, 12, "right");
  }
  [...lines.entries()].reverse().forEach(([k, [, values]]) => { // the truth and the network on top
    const [colour, wide, dash] = looks[k % looks.length];
    x.strokeStyle = colour; x.lineWidth = wide; x.setLineDash(dash);
    x.beginPath();
    let drawing = false;
    values.forEach((v, j) => { if (v === null) drawing = false; else { if (drawing) x.lineTo(X(j), Y(v)); else x.moveTo(X(j), Y(v)); drawing = true; } });
    x.stroke(); x.setLineDash([]);
  });
  write(x, S["held-out steps"], width - 6, height - 7, c.muted, 12, "right");
  if (Number.isFinite(said)) write(x, `${S.says} ${short(said)}`, edge, height - 7, c.muted, 12);
}
