// Names beside a plot, each at the height of what it names and none on another.

import { write } from "./canvas.js";
import { breakText } from "./line_breaks.js";

/** @import { Palette, Pen } from "./types.js" */

/** @typedef {{ text: string, y: number, colour: string, weight?: number }} EndLabel y: px, where its curve ends */

const SIZE = 12;
const LINE = 13; // px from one line of a label to the next
const GAP = 12; // px from the plot to the labels
const MOST_SHARE = 0.34; // of the width
const MOST_LINES = 2;

/**
 * The heights at which labels stand: as near as can be to where they belong, without overlapping.
 * @param {number[]} wanted the middles, px
 * @param {number[]} heights px
 * @param {number} top
 * @param {number} bottom
 * @returns {number[]} the middles, in the order of `wanted`
 */
export function spreadLabels(wanted, heights, top, bottom) {
  /** @typedef {{ labels: number[], start: number, end: number }} Crowd labels that touch each other */
  /**
   * Labels one under the other, on the whole where they belong.
   * @param {number[]} labels
   * @returns {Crowd}
   */
  const stack = labels => {
    let height = 0;
    let starts = 0;
    for (const k of labels) {
      starts += wanted[k] - heights[k] / 2 - height;
      height += heights[k];
    }
    const start = Math.max(top, Math.min(bottom - height, starts / labels.length));
    return { labels, start, end: start + height };
  };
  /** @type {Crowd[]} */
  const crowds = [];
  for (const k of [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b])) {
    let crowd = stack([k]);
    for (let last = crowds.at(-1); last && last.end > crowd.start; last = crowds.at(-1)) {
      crowds.pop();
      crowd = stack([...last.labels, ...crowd.labels]);
    }
    crowds.push(crowd);
  }
  const middles = [...wanted];
  for (const { labels, start } of crowds) {
    let from = start;
    for (const k of labels) {
      middles[k] = from + heights[k] / 2;
      from += heights[k];
    }
  }
  return middles;
}

/**
 * The room that labels need beside a plot, px.
 * @param {Pen} x
 * @param {string[]} texts
 * @param {number} width of the whole
 */
export function roomForLabels(x, texts, width) {
  if (!texts.length) return 0;
  x.font = `600 ${SIZE}px sans-serif`;
  const most = MOST_SHARE * width - GAP;
  let room = 0;
  for (const text of texts)
    for (const line of breakLabel(x, text, most)) room = Math.max(room, x.measureText(line).width);
  return Math.min(room, most) + GAP;
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {EndLabel[]} labels
 * @param {{ left: number, right: number, top: number, bottom: number }} place left: where the plot ends
 */
export function drawEndLabels(x, c, labels, { left, right, top, bottom }) {
  x.font = `600 ${SIZE}px sans-serif`;
  const room = right - left - GAP;
  const texts = labels.map(({ text }) => breakLabel(x, text, room));
  const fits = texts.reduce((sum, lines) => sum + lines.length, 0) * LINE <= bottom - top + LINE;
  const lines = fits ? texts : texts.map(([line, more]) => [more ? `${line}…` : line]);
  const middles = spreadLabels(
    labels.map(({ y }) => y),
    lines.map(each => each.length * LINE),
    top - LINE / 2,
    bottom + LINE / 2,
  );
  for (const [k, { y, colour, weight = 400 }] of labels.entries()) {
    const first = middles[k] - ((lines[k].length - 1) * LINE) / 2;
    for (const [j, line] of lines[k].entries())
      write(x, line, left + GAP, first + j * LINE, colour, SIZE, "left", weight);
    drawLeader(x, weight > 400 ? colour : c.muted, left, y, middles[k]);
  }
}

/**
 * From where a curve ends to a label that could not stand there.
 * @param {Pen} x
 * @param {string} colour
 * @param {number} left
 * @param {number} y
 * @param {number} middle of the label
 */
function drawLeader(x, colour, left, y, middle) {
  if (Math.abs(middle - y) < 0.75 * LINE) return; // near enough
  x.strokeStyle = colour;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(left + 2, y);
  x.lineTo(left + GAP - 3, middle);
  x.stroke();
}

/**
 * A label in at most two lines; what is longer ends with an ellipsis.
 * @param {Pen} x
 * @param {string} text
 * @param {number} room px
 */
function breakLabel(x, text, room) {
  const lines = breakText(text, line => x.measureText(line).width <= room);
  const shown = lines.slice(0, MOST_LINES);
  if (lines.length > MOST_LINES) shown[MOST_LINES - 1] += "…";
  return shown;
}
