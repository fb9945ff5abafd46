// Giving a number: predictions against targets.

import { prepare, short, write, writeWithin } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawArrowHead, drawCross, MARK } from "../size_lines.js";
import { litStep, targetAt } from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ targets: number[], predictions: (number | null)[] }} Pairs null: not finite */

const LEFT = 40;
const TOP = 28;
const MOST_SPANS = 1; // of the targets, which an axis reaches beyond them

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {Pairs | null} results
 */
export function values(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const { labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const O = labels.length;
  const target = targetAt(view, layout, t, 0, O);
  const output = fill(S["says value"], { value: short(frame.output[t * O]) });
  const right = target === null ? "" : `   ${fill(S["target is"], { value: short(target) })}`;
  writeWithin(x, output + right, width, 0, 8, view.colours.text, 13, "left", 600);
  if (results?.targets) drawPairs(view, x, results, Math.min(width - 44, height - 64));
}

/**
 * A dot for each pair; on the dashed line the prediction is right. Predictions far outside the targets' range
 * are triangles at the edge, so that the others are still told apart; a cross is one that is not finite.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Pairs} pairs
 * @param {number} side
 */
function drawPairs(view, x, { targets, predictions }, side) {
  const c = view.colours;
  const S = view.run.header.strings;
  const [low, high] = axisOf(targets, predictions);
  /** @param {number} v */
  const X = v => LEFT + ((v - low) / (high - low)) * side;
  /** @param {number} v */
  const Y = v => TOP + side - ((v - low) / (high - low)) * side;
  x.strokeStyle = c.line;
  x.strokeRect(LEFT, TOP, side, side);
  x.strokeStyle = c.muted;
  x.setLineDash([4, 4]);
  x.beginPath();
  x.moveTo(X(low), Y(low));
  x.lineTo(X(high), Y(high));
  x.stroke();
  x.setLineDash([]);
  x.fillStyle = x.strokeStyle = c.accent;
  x.globalAlpha = 0.65;
  let beyond = 0;
  let lost = 0;
  for (const [k, v] of targets.entries()) {
    const p = predictions[k];
    if (p !== null && p >= low && p <= high) {
      x.beginPath();
      x.arc(X(v), Y(p), 3, 0, 7);
      x.fill();
      continue;
    }
    if (p === null) {
      lost += 1;
      drawCross(x, X(v), TOP + MARK);
      continue;
    }
    beyond += 1;
    const way = p > high ? 1 : -1;
    drawArrowHead(x, X(v), way > 0 ? TOP + MARK : TOP + side - MARK, way, false);
  }
  x.globalAlpha = 1;
  write(x, S.target, LEFT + side / 2, TOP + side + 26, c.text, 13, "center");
  for (const v of [low, high]) {
    write(x, short(v), X(v), TOP + side + 12, c.muted, 12, "center");
    write(x, short(v), LEFT - 6, Y(v), c.muted, 12, "right");
  }
  const all = targets.length;
  const notes = [];
  if (beyond) notes.push(fill(S["predictions beyond"], { n: beyond, all }));
  if (lost) notes.push(fill(S["predictions not finite"], { n: lost, all }));
  for (const [k, note] of notes.entries())
    write(x, note, LEFT + side - 4, TOP + side - 10 - 14 * k, c.muted, 11, "right");
  x.save();
  x.translate(14, TOP + side / 2);
  x.rotate(-Math.PI / 2);
  write(x, S.prediction, 0, 0, c.text, 13, "center");
  x.restore();
}

/**
 * What both axes reach over: the targets, and the predictions as far as these stay within a few times their range.
 * @param {number[]} targets
 * @param {(number | null)[]} predictions
 * @returns {[low: number, high: number]}
 */
function axisOf(targets, predictions) {
  const least = Math.min(0, ...targets);
  const most = Math.max(...targets);
  const room = MOST_SPANS * (most - least || 1);
  let low = least;
  let high = most;
  for (const p of predictions) {
    if (p === null || p < least - room || p > most + room) continue;
    low = Math.min(low, p);
    high = Math.max(high, p);
  }
  return [low, high > low ? high : low + 1];
}
