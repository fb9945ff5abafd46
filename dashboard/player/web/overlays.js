// What is laid over each other on the time axis: how far back the gradient reaches, how open the gates are.

import { prepare, write } from "./canvas.js";

const LEFT = 40, RIGHT = 26, TOP = 8, FOOT = 30;
const DASHES = { A: [], B: [7, 3], C: [2, 3], D: [9, 3, 2, 3] };

// curves: [{letter, colour, values: by time step, the last at distance 0}]. ratio: they are shares of the first one's.
export function drawReach(view, figure, curves, ratio) {
  const [x, width, height] = prepare(figure.canvas), c = view.colours, S = view.run.header.strings;
  const [top, size] = ratio ? [4, 8] : view.run.header.decades, far = Math.max(1, ...curves.map(({ values }) => values.length - 1));
  const bottom = height - FOOT, X = d => LEFT + (d / far) * (width - LEFT - RIGHT);
  const Y = v => bottom - Math.max(0, Math.min(1, (Math.log10(v + 1e-30) - top + size) / size)) * (bottom - TOP);
  for (let d = 0; d <= size; d += 2) {
    rule(x, c, width, Y(10 ** (top - d)));
    if (d % 4 === 0) write(x, `1e${top - d}`, LEFT - 5, Y(10 ** (top - d)), c.muted, 11, "right");
  }
  if (view.t >= 0 && curves.length) post(x, c, X(curves[0].values.length - 1 - view.t), bottom);
  const taken = [];
  for (const { letter, colour, values } of curves) {
    const last = values.length - 1;
    x.strokeStyle = colour; x.lineWidth = 2;
    x.beginPath();
    for (let d = 0; d <= last; d++) x.lineTo(X(d), Y(values[last - d]));
    x.stroke();
    write(x, letter, X(last) + 5, free(taken, Y(values[0])), colour, 12, "left", 700);
  }
  write(x, "0", X(0), bottom + 9, c.muted, 11, "center");
  write(x, String(far), X(far), bottom + 9, c.muted, 11, "center");
  write(x, S.distance, (LEFT + width - RIGHT) / 2, height - 6, c.muted, 11, "center");
  figure.t = px => curves.length && clamp(curves[0].values.length - 1 - Math.round(((px - LEFT) / (width - LEFT - RIGHT)) * far), curves[0].values.length);
}

// curves: [{letter, name, colour, values: mean over the units at each time step}], 0 .. 1, or -1 .. 1 where signed.
export function drawOpenness(view, figure, curves, signed, empty) {
  const [x, width, height] = prepare(figure.canvas), c = view.colours, S = view.run.header.strings;
  if (!curves.length) { write(x, empty, 4, TOP + 8, c.muted, 12); figure.t = null; return; }
  const last = Math.max(1, curves[0].values.length - 1), low = signed ? -1 : 0, bottom = height - FOOT;
  const X = t => LEFT + (t / last) * (width - LEFT - RIGHT), Y = v => bottom - ((v - low) / (1 - low)) * (bottom - TOP);
  for (const v of [low, (low + 1) / 2, 1]) {
    rule(x, c, width, Y(v));
    write(x, String(v), LEFT - 5, Y(v), c.muted, 11, "right");
  }
  if (view.t >= 0) post(x, c, X(view.t), bottom);
  const taken = [];
  for (const { letter, name, colour, values } of curves) {
    x.strokeStyle = colour; x.lineWidth = 1.8; x.setLineDash(DASHES[letter]);
    x.beginPath();
    values.forEach((v, t) => x.lineTo(X(t), Y(v)));
    x.stroke(); x.setLineDash([]);
    write(x, `${letter} ${name}`, X(last) + 3, free(taken, Y(values[values.length - 1])), colour, 11, "left", 700);
  }
  write(x, "t = 1", X(0), bottom + 9, c.muted, 11, "center");
  write(x, String(last + 1), X(last), bottom + 9, c.muted, 11, "center");
  write(x, S["time step"], (LEFT + width - RIGHT) / 2, height - 6, c.muted, 11, "center");
  figure.t = px => clamp(Math.round(((px - LEFT) / (width - LEFT - RIGHT)) * last), last + 1);
}

// The nearest place for a label at y where none stands yet.
function free(taken, y) {
  const crowded = at => taken.some(other => Math.abs(other - at) < 11);
  for (let off = 0; off < 80 && crowded(y); off += 3) for (const at of [y - off, y + off]) if (at > TOP && !crowded(at)) { y = at; break; }
  taken.push(y);
  return y;
}

const clamp = (t, T) => Math.max(0, Math.min(T - 1, t));

function rule(x, c, width, y) {
  x.strokeStyle = c.line; x.lineWidth = 1;
  x.beginPath(); x.moveTo(LEFT, y); x.lineTo(width - RIGHT, y); x.stroke();
}

function post(x, c, at, bottom) {
  x.strokeStyle = c.text; x.lineWidth = 1.5; x.globalAlpha = 0.6;
  x.beginPath(); x.moveTo(at, TOP); x.lineTo(at, bottom); x.stroke(); x.globalAlpha = 1;
}
