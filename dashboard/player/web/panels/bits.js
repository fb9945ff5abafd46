// Bits: the subtraction on paper, and which hidden unit goes with the borrow.

import { prepare, write, writeLines } from "../canvas.js";
import { writeFixed } from "../numbers.js";
import { fill } from "../sentences.js";
import { litStep } from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ a: number, b: number, bits: [number, number][], borrow: number[] }} Subtraction lowest bit first */
/** @typedef {{ correlations: number[], right: number, pairs: number }} Borrow of each unit with the borrow */
/** @typedef {{ label: number, column: number, line: number, size: number, X(k: number): number }} Paper */

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout<Subtraction>} layout
 * @param {Borrow | null} results
 */
export function bits(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const S = view.run.header.strings;
  const { bits: places, borrow, a, b } = layout.drawing;
  const t = litStep(view, frame);
  const n = places.length;
  const label = 78;
  const column = Math.min(46, (width - label) / n);
  const paper = {
    ...{ label, column, line: Math.min(26, (height * 0.5) / 6) },
    size: Math.max(11, Math.min(20, column * 0.55)),
    /** @param {number} k the lowest bit stands on the right, as on paper */
    X: k => label + (n - 1 - k + 0.5) * column,
  };
  write(x, `${a} − ${b} = ${a - b}`, 0, 8, c.text, 14, "left", 700);
  const names = [S.borrow, "a", "− b", S.probability, S["bit is"], S["right bit"]];
  for (const [r, name] of names.entries()) {
    const y = 30 + (r + 0.5) * paper.line;
    write(x, name, label - 10, y, c.muted, 12, "right");
    for (let k = 0; k < n; k++) {
      const said = frame.output[k];
      const right = layout.targets[k];
      const written = [k ? borrow[k - 1] : 0, ...places[k], null, null, right][r];
      x.globalAlpha = k <= t || r < 3 ? 1 : 0.25;
      if (r === 3) drawProbability(view, x, paper, k, y, said);
      else if (r === 4) writeBit(view, x, paper, k, y, said > 0.5 ? 1 : 0, right);
      else if (r === 0)
        write(x, String(written), paper.X(k), y, c.muted, Math.max(11, paper.size * 0.8), "center");
      else write(x, String(written), paper.X(k), y, c.text, paper.size, "center");
      x.globalAlpha = 1;
    }
    if (r === 2) drawRule(x, c.text, label, label + n * column, y + paper.line * 0.5);
  }
  x.strokeStyle = c.accent;
  x.lineWidth = 1.5;
  x.strokeRect(paper.X(t) - column / 2 + 1, 28, column - 2, names.length * paper.line + 2);
  if (!results?.correlations) return;
  if (frame.index === 0) return write(x, S.untrained, width, 8, c.text, 13, "right", 600);
  const share = fill(S["pairs right"], {
    share: Math.round(100 * results.right),
    pairs: results.pairs,
  });
  write(x, share, width, 8, c.text, 13, "right", 600);
  const top = 30 + names.length * paper.line + 26;
  drawCorrelations(view, x, results.correlations, top, width, height);
}

/**
 * @param {Pen} x
 * @param {string} colour
 * @param {number} from
 * @param {number} to
 * @param {number} y
 */
function drawRule(x, colour, from, to, y) {
  x.strokeStyle = colour;
  x.lineWidth = 1.5;
  x.beginPath();
  x.moveTo(from, y);
  x.lineTo(to, y);
  x.stroke();
}

/**
 * A bar that reaches the middle line at 0.5.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Paper} paper
 * @param {number} k
 * @param {number} y
 * @param {number} p
 */
function drawProbability({ colours: c }, x, { X, column, line }, k, y, p) {
  const left = X(k) - column * 0.36;
  x.fillStyle = c.soft;
  x.fillRect(left, y - line * 0.36, column * 0.72, line * 0.72);
  x.fillStyle = c.accent;
  x.fillRect(left, y - line * 0.36, column * 0.72 * p, line * 0.72);
  x.strokeStyle = c.text;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(X(k), y - line * 0.42);
  x.lineTo(X(k), y + line * 0.42);
  x.stroke();
}

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {Paper} paper
 * @param {number} k
 * @param {number} y
 * @param {number} bit
 * @param {number | null} right
 */
function writeBit({ colours: c }, x, { X, size }, k, y, bit, right) {
  const isWrong = bit !== right;
  const colour = isWrong ? c.wrong : c.accent;
  write(x, `${bit}${isWrong ? " ✗" : ""}`, X(k), y, colour, size, "center", 700);
}

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {number[]} correlations
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
function drawCorrelations(view, x, correlations, top, width, height) {
  const c = view.colours;
  const sizes = correlations.map(Math.abs);
  const best = sizes.indexOf(Math.max(...sizes));
  const r = `${correlations[best] >= 0 ? "" : "−"}${writeFixed(sizes[best], 2)}`;
  const sentence = fill(view.run.header.strings["who borrows"], { unit: `h[${best}]`, r });
  const tallText = writeLines(x, sentence, width, 0, top, c.text, 13, 600);
  const step = Math.min(44, width / sizes.length);
  const first = top + tallText;
  const middle = first + (height - first - 18) / 2;
  const tall = (height - first - 22) / 2;
  x.strokeStyle = c.line;
  x.beginPath();
  x.moveTo(0, middle);
  x.lineTo(step * sizes.length, middle);
  x.stroke();
  for (const [k, v] of correlations.entries()) {
    const from = v > 0 ? middle - v * tall : middle;
    x.fillStyle = k === best ? c.accent : c.muted;
    x.fillRect(k * step + 3, from, Math.max(2, step - 6), Math.max(1, sizes[k] * tall));
    if (step > 16) write(x, String(k), k * step + step / 2, height - 8, c.muted, 11, "center");
  }
}
