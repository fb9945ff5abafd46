// Series: the truth, what the network says, and naive forecasts over the same steps.

import { prepare, short, write, writeWithin } from "../canvas.js";
import { writeFixed } from "../numbers.js";
import { fill } from "../sentences.js";
import { drawArrowHead, MARK } from "../size_lines.js";
import { litStep } from "./output.js";

/** @import { Layout, Palette, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {(number | null)[]} Values null: nothing is foretold there */
/** @typedef {[name: string, values: Values]} Named */
/** @typedef {[colour: string, wide: number, dash: number[]]} Look */

const MOST_SPANS = 1; // of the truth, which the axis reaches beyond it
const EDGE = 44; // px on the left, for the numbers of the axis, at least

/**
 * The truth first, then the network, then the others.
 * @param {Palette} c
 * @returns {Look[]}
 */
const looksOf = c => [
  [c.text, 2, []],
  [c.accent, 2.2, []],
  [c.wrong, 2.2, [6, 3]],
  [c.muted, 1.2, [2, 3]],
  [c.muted, 1.2, [7, 4]],
];

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {{ lines: Record<string, Values> } | null} results
 */
export function series(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const { labels, strings: S } = view.run.header;
  const output = frame.output[litStep(view, frame) * labels.length];
  const read = layout.symbols.slice(-6).join("  ");
  writeWithin(x, fill(S["read so far"], { text: read }), width, 0, 8, c.text, 13, "left", 600);
  if (!results?.lines) return;
  const lines = Object.entries(results.lines);
  const top = drawLegend(x, c, lines, width);
  drawLines(x, c, lines, { top: top + 14, floor: height - 18, width });
  write(x, S["held-out steps"], width - 6, height - 7, c.muted, 12, "right");
  if (!Number.isFinite(output)) return;
  const [low, high] = axisOf(lines);
  const value = distinguish(output, high - low);
  write(x, fill(S["says value"], { value }), EDGE, height - 7, c.muted, 12);
}

/**
 * A value with as many places as it takes to tell it from others within the span.
 * @param {number} value
 * @param {number} span above 0
 */
function distinguish(value, span) {
  const places = 1 - Math.floor(Math.log10(span));
  return Math.abs(value) < 1e7 && places < 6
    ? writeFixed(value, Math.max(0, places))
    : short(value);
}

/**
 * In as many lines as it needs.
 * @param {Pen} x
 * @param {Palette} c
 * @param {Named[]} lines
 * @param {number} width
 * @returns {number} the middle of its last line
 */
function drawLegend(x, c, lines, width) {
  const looks = looksOf(c);
  let left = 0;
  let top = 26;
  for (const [k, [name]] of lines.entries()) {
    const [colour, wide, dash] = looks[k % looks.length];
    x.font = "12px sans-serif";
    const need = 26 + x.measureText(name).width + 12;
    if (left && left + need > width) {
      left = 0;
      top += 17;
    }
    x.strokeStyle = colour;
    x.lineWidth = wide;
    x.setLineDash(dash);
    x.beginPath();
    x.moveTo(left, top);
    x.lineTo(left + 20, top);
    x.stroke();
    x.setLineDash([]);
    write(x, name, left + 25, top, c.text, 12);
    left += need;
  }
  return top;
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {Named[]} lines
 * @param {{ top: number, floor: number, width: number }} place
 */
function drawLines(x, c, lines, { top, floor, width }) {
  const looks = looksOf(c);
  const [low, high] = axisOf(lines);
  const ticks = [low, (low + high) / 2, high];
  const numbers = ticks.map(v => distinguish(v, high - low));
  x.font = "12px sans-serif";
  const edge = Math.max(EDGE, ...numbers.map(number => x.measureText(number).width + 8));
  const count = lines[0][1].length;
  /** @param {number} k */
  const X = k => edge + (k / Math.max(1, count - 1)) * (width - edge - 6);
  /** @param {number} v */
  const Y = v => floor - ((v - low) / (high - low)) * (floor - top);
  for (const [k, v] of ticks.entries()) {
    x.strokeStyle = c.line;
    x.lineWidth = 1;
    x.beginPath();
    x.moveTo(edge, Y(v));
    x.lineTo(width - 6, Y(v));
    x.stroke();
    write(x, numbers[k], edge - 5, Y(v), c.muted, 12, "right");
  }
  x.save();
  x.beginPath();
  x.rect(edge, top - MARK, width - edge, floor - top + 2 * MARK);
  x.clip();
  // The truth and the network on top.
  for (const [k, [, values]] of [...lines.entries()].reverse()) {
    const [colour, wide, dash] = looks[k % looks.length];
    x.strokeStyle = colour;
    x.lineWidth = wide;
    x.setLineDash(dash);
    x.beginPath();
    let isDrawing = false;
    for (const [j, v] of values.entries()) {
      if (v !== null && isDrawing) x.lineTo(X(j), Y(v));
      else if (v !== null) x.moveTo(X(j), Y(v));
      isDrawing = v !== null;
    }
    x.stroke();
    x.setLineDash([]);
    x.fillStyle = colour;
    for (const [j, v] of values.entries())
      if (v !== null && (v > high || v < low))
        drawArrowHead(x, X(j), v > high ? top : floor, v > high ? 1 : -1, false);
  }
  x.restore();
}

/**
 * What the axis reaches over: the truth and the naive forecasts, and the network's as far as they stay within a
 * few times that range. What is further away is drawn as beyond it.
 * @param {Named[]} lines the truth first, then the network
 * @returns {[low: number, high: number]}
 */
function axisOf(lines) {
  const [network, others] = [lines[1]?.[1] ?? [], lines.filter((_, k) => k !== 1)];
  const known = others.flatMap(([, values]) => values).filter(v => v !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = MOST_SPANS * (most - least || 1);
  const near = network.filter(v => v !== null && v >= least - room && v <= most + room);
  const all = [...known, ...near].filter(v => v !== null);
  const low = Math.min(...all);
  return [low, Math.max(...all) > low ? Math.max(...all) : low + 1];
}
