// Giving a number: predictions against targets.

import { prepare, short, write } from "../canvas.js";
import { step } from "./said.js";

export function values(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings;
  const t = step(view, frame), O = view.run.header.labels.length, target = layout.targets[0];
  const right = target === null || target === undefined ? "" : `   ${S.target} ${short(target)}`;
  write(x, `${S.says} ${short(frame.output[t * O])}${right}`, 0, 8, c.text, 13, "left", 600);
  if (!picture?.targets) return;
  const { targets, predictions } = picture, all = [...targets, ...predictions];
  const low = Math.min(0, ...all), high = Math.max(...all) || 1, side = Math.min(width - 44, height - 64);
  const left = 40, top = 28, X = v => left + ((v - low) / (high - low)) * side, Y = v => top + side - ((v - low) / (high - low)) * side;
  x.strokeStyle = c.line; x.strokeRect(left, top, side, side);
  x.strokeStyle = c.muted; x.setLineDash([4, 4]);
  x.beginPath(); x.moveTo(X(low), Y(low)); x.lineTo(X(high), Y(high)); x.stroke(); x.setLineDash([]);
  x.fillStyle = c.accent; x.globalAlpha = 0.65;
  targets.forEach((v, k) => { x.beginPath(); x.arc(X(v), Y(predictions[k]), 3, 0, 7); x.fill(); });
  x.globalAlpha = 1;
  write(x, S.target, left + side / 2, top + side + 26, c.text, 13, "center");
  for (const v of [low, high]) { write(x, short(v), X(v), top + side + 12, c.muted, 12, "center"); write(x, short(v), left - 6, Y(v), c.muted, 12, "right"); }
  x.save(); x.translate(14, top + side / 2); x.rotate(-Math.PI / 2); write(x, S.prediction, 0, 0, c.text, 13, "center"); x.restore();
}
