// Yes or no for each output: its probability after the lit step, what is right there, and how often it is right.

import { prepare, write } from "../canvas.js";
import { fill } from "../sentences.js";
import { litStep, outputsAt, targetAt } from "./output.js";

/** @import { Layout, Palette, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ right: number[], judged: number }} Tallies of each output's held-out answers, how many are right */

const TOP = 42;
const CHANCES = 42; // px for a probability
const ANSWERS = 58; // px for what is right

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {Tallies | null} results
 */
export function binary(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const { labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const row = Math.min(28, (height - TOP - 2) / labels.length);
  const size = Math.max(11, Math.min(13, row - 2));
  const every = Math.ceil(12 / row); // rows too low for letters: some
  const isNarrow = width < 330; // then a bar says what its number would
  const names = isNarrow ? width * 0.2 : Math.min(100, width * 0.25);
  const counts = results ? (isNarrow ? 66 : 120) : 0;
  const left = names + 6;
  const wide = width - left - (isNarrow ? 0 : CHANCES) - ANSWERS - counts;
  const chances = left + wide + (isNarrow ? 0 : CHANCES) - 4;
  const answers = chances + ANSWERS;
  write(x, fill(S["says at"], { t: t + 1 }), 0, 8, c.text, 13, "left", 600);
  if (!isNarrow) write(x, S.right, answers, 28, c.muted, 12, "right");
  if (results) write(x, S["held-out right"], width, 28, c.muted, 12, "right");
  for (const [name, p, k] of outputsAt(view, frame, t)) {
    const y = TOP + row * (k + 0.5);
    const right = targetAt(view, layout, t, k, labels.length);
    const isWrong = right !== null && p > 0.5 !== right > 0.5;
    drawBar(x, c, { left, y, wide, row }, p, isWrong);
    if (k % every) continue;
    write(x, name, names, y, c.text, size, "right");
    if (!isNarrow) write(x, `${Math.round(100 * p)} %`, chances, y, c.text, size, "right");
    if (results)
      write(x, `${results.right[k]} / ${results.judged}`, width, y, c.text, size, "right");
    if (right === null) continue;
    const answer = `${right > 0.5 ? S.yes : S.no} ${isWrong ? "✗" : "✓"}`;
    write(x, answer, answers, y, isWrong ? c.wrong : c.text, size, "right", 600);
  }
}

/**
 * A bar over the middle says yes.
 * @param {Pen} x
 * @param {Palette} c
 * @param {{ left: number, y: number, wide: number, row: number }} place
 * @param {number} p
 * @param {boolean} isWrong
 */
function drawBar(x, c, { left, y, wide, row }, p, isWrong) {
  x.fillStyle = c.soft;
  x.fillRect(left, y - row * 0.36, wide, row * 0.72);
  x.fillStyle = isWrong ? c.wrong : c.accent;
  x.fillRect(left, y - row * 0.36, wide * p, row * 0.72);
  x.strokeStyle = c.text;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(left + wide / 2, y - row * 0.42);
  x.lineTo(left + wide / 2, y + row * 0.42);
  x.stroke();
}
