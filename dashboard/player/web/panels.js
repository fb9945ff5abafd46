// The task's own picture, by kind. A new kind is one function here and its name in PANELS.

import { prepare, short, write } from "./canvas.js";

// One bar per label: what the network says after step t.
function bars(view, x, left, top, width, height, entries, target) {
  const c = view.colours, row = Math.min(22, height / entries.length), size = Math.max(9, Math.min(13, row - 2));
  const label = Math.min(76, width * 0.4);
  entries.forEach(([name, p, k], j) => {
    const y = top + row * (j + 0.5);
    write(x, name, left + label - 6, y, k === target ? c.accent : c.text, size, "right", k === target ? 700 : 400);
    x.fillStyle = c.soft; x.fillRect(left + label, y - row * 0.36, width - label - 42, row * 0.72);
    x.fillStyle = k === target ? c.accent : c.muted;
    x.fillRect(left + label, y - row * 0.36, (width - label - 42) * p, row * 0.72);
    write(x, `${Math.round(p * 100)} %`, left + width, y, c.text, size, "right");
  });
}

const step = (view, frame) => (view.t >= 0 && view.t < frame.T ? view.t : frame.T - 1);

function said(view, frame) {
  const { labels } = view.run.header, t = step(view, frame);
  return labels.map((name, k) => [name === " " ? "␣" : name, frame.output[t * labels.length + k], k]);
}

function classes(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings;
  const { labels } = view.run.header, t = step(view, frame), C = labels.length;
  write(x, `${S.says}: “${layout.symbols.slice(0, t + 1).join("")}”`, 0, 8, c.text, 13, "left", 600);
  const upper = Math.min(height * 0.42, 20 * C);
  bars(view, x, 0, 20, width, upper - 4, said(view, frame), layout.targets[0]);
  if (!picture?.counts) return;
  const counts = picture.counts, label = 66, top = upper + 52, cell = Math.min((width - label - 4) / C, (height - top - 4) / C);
  write(x, S.confusion, 0, upper + 30, c.text, 13, "left", 600);
  const size = Math.max(9, Math.min(12, cell - 1));
  counts.forEach((row, i) => {
    const total = row.reduce((a, b) => a + b, 0) || 1;
    write(x, labels[i], label - 5, top + (i + 0.5) * cell, c.text, size, "right");
    row.forEach((n, j) => {
      const share = n / total, X = label + j * cell, Y = top + i * cell;
      x.fillStyle = c.css(c.sequential[Math.round(255 * Math.sqrt(share))]);
      x.fillRect(X, Y, cell - 1, cell - 1);
      if (i === j) { x.strokeStyle = c.text; x.lineWidth = 1; x.strokeRect(X + 0.5, Y + 0.5, cell - 2, cell - 2); }
      if (n && cell > 15) write(x, String(n), X + cell / 2, Y + cell / 2, share > 0.3 ? c.background : c.text, Math.min(11, cell * 0.42), "center");
    });
  });
  if (cell >= 15) labels.forEach((name, j) => write(x, name.slice(0, 2), label + (j + 0.5) * cell, top - 8, c.text, size, "center"));
}

function text(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  const before = layout.symbols.slice(Math.max(0, t - 22), t + 1).join("");
  write(x, `${S.after} “${before}”`, 0, 8, c.text, 13, "left", 600);
  const best = said(view, frame).sort((a, b) => b[1] - a[1]).slice(0, 8);
  bars(view, x, 0, 22, width, 8 * 20, best, layout.targets[t] ?? layout.targets[0]);
  if (!picture?.text) return;
  let y = 22 + 8 * 20 + 26;
  write(x, S.writes, 0, y, c.text, 13, "left", 600);
  y += 20;
  x.font = "14px monospace";
  const wide = Math.max(10, Math.floor(width / x.measureText("m").width));
  for (let k = 0; k < picture.text.length && y < height - 6; k += wide, y += 19) {
    x.font = "14px monospace"; x.textAlign = "left"; x.fillStyle = c.text;
    x.fillText(picture.text.slice(k, k + wide), 0, y);
  }
}

function values(view, canvas, frame, layout, picture) {
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

export const PANELS = { classes, text, values };
