// Giving a number: predictions against targets.

import { prepare, short, write } from "../canvas.js";
import { litStep, targetAt } from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ targets: number[], predictions: number[] }} Pairs */

const LEFT = 40;
const TOP = 28;

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
  const right = target === null ? "" : `   ${S.target} ${short(target)}`;
  const output = short(frame.output[t * O]);
  write(x, `${S.says} ${output}${right}`, 0, 8, view.colours.text, 13, "left", 600);
  if (results?.targets) drawPairs(view, x, results, Math.min(width - 44, height - 64));
}

/**
 * A dot for each pair; on the dashed line the prediction is right.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Pairs} pairs
 * @param {number} side
 */
function drawPairs(view, x, { targets, predictions }, side) {
  const c = view.colours;
  const S = view.run.header.strings;
  const all = [...targets, ...predictions];
  const low = Math.min(0, ...all);
  const high = Math.max(...all) || 1;
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
  x.fillStyle = c.accent;
  x.globalAlpha = 0.65;
  for (const [k, v] of targets.entries()) {
    x.beginPath();
    x.arc(X(v), Y(predictions[k]), 3, 0, 7);
    x.fill();
  }
  x.globalAlpha = 1;
  write(x, S.target, LEFT + side / 2, TOP + side + 26, c.text, 13, "center");
  for (const v of [low, high]) {
    write(x, short(v), X(v), TOP + side + 12, c.muted, 12, "center");
    write(x, short(v), LEFT - 6, Y(v), c.muted, 12, "right");
  }
  x.save();
  x.translate(14, TOP + side / 2);
  x.rotate(-Math.PI / 2);
  write(x, S.prediction, 0, 0, c.text, 13, "center");
  x.restore();
}
