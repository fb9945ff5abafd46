// Distances: the choice, accuracy against distance, and which unit keeps what decides it.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

export function distances(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  write(x, `${layout.symbols[0]} … ${layout.symbols[t]} → ?`, 0, 8, c.text, 13, "left", 600);
  bars(view, x, 0, 20, width, 44, said(view, frame), layout.targets[0], 22, 50);
  if (!picture?.distances) return;
  const kept = `${S["number kept by"]} ${view.run.header.names.includes("c") ? "c" : "h"}[${picture.unit}], AUC ${picture.auc.toFixed(2)}`;
  write(x, kept, 0, 80, c.text, 13, "left", 600);
  write(x, `${S.kept} ${picture.kept.toFixed(3)}`, 0, 97, c.text, 13);
  const gates = Object.entries(picture.gates).map(([name, v]) => `${name} ${v.toFixed(2)}`).join(", ");
  const how = picture.gate ? S["kept by gate"].replace("{gate}", picture.gate) : S["no such gate"];
  write(x, gates ? `${gates}: ${how}` : how, 0, 114, c.text, 13);
  const left = 44, right = width - 10, top = 146, floor = height - 34, most = Math.max(...picture.distances);
  const X = d => left + (d / most) * (right - left), Y = v => floor - v * (floor - top);
  write(x, S["accuracy over distance"], 0, 132, c.text, 13, "left", 600);
  for (const v of [0, 0.5, 1]) {
    x.strokeStyle = c.line; x.lineWidth = 1; x.setLineDash(v === 0.5 ? [4, 4] : []);
    x.beginPath(); x.moveTo(left, Y(v)); x.lineTo(right, Y(v)); x.stroke(); x.setLineDash([]);
    write(x, `${v * 100} %`, left - 5, Y(v), c.muted, 12, "right");
  }
  x.strokeStyle = x.fillStyle = c.accent; x.lineWidth = 2;
  x.beginPath();
  picture.distances.forEach((d, k) => (k ? x.lineTo : x.moveTo).call(x, X(d), Y(picture.accuracies[k])));
  x.stroke();
  picture.distances.forEach((d, k) => { x.beginPath(); x.arc(X(d), Y(picture.accuracies[k]), 4, 0, 7); x.fill(); });
  const trained = most / 2;
  x.strokeStyle = c.muted; x.setLineDash([3, 3]); x.beginPath(); x.moveTo(X(trained), top - 4); x.lineTo(X(trained), floor); x.stroke(); x.setLineDash([]);
  for (const d of [0, trained, most]) write(x, String(d), X(d), floor + 11, c.muted, 12, "center");
  write(x, S["words between"], (left + right) / 2, floor + 26, c.muted, 12, "center");
}
