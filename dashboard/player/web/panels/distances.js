// Distances: the choice, accuracy against distance, and which unit keeps what decides it.

import { prepare, write, writeLines } from "../canvas.js";
import { writeFixed } from "../numbers.js";
import { fill } from "../sentences.js";
import { drawBars, litStep, outputsAt, targetAt } from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/**
 * See `Keeper` in core/tasks/agreement.py.
 * @typedef {object} Keeper
 * @property {number} unit
 * @property {number} auc
 * @property {boolean} rises
 * @property {number} kept
 * @property {Record<string, number>} gates
 * @property {string} gate
 */

/**
 * See `Distances` there. keeper: null while the accuracy is at chance.
 * @typedef {{ distances: number[], accuracies: number[], keeper: Keeper | null }} Distances
 */

const LINE = 17; // px
const MOST_LINES = 3; // of the sentence
const HEAD = 5; // words of its beginning that stay where the middle has to be left out

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {Distances | null} results
 */
export function distances(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const t = litStep(view, frame);
  const below = writeSentence(view, x, layout.symbols, t, width);
  const bars = { top: below, width, row: 22, names: 50 };
  drawBars(view, x, bars, outputsAt(view, frame, t), targetAt(view, layout, t));
  if (!results?.distances) return;
  const top = below + 60;
  const S = view.run.header.strings;
  const tall =
    frame.index === 0
      ? writeLines(x, S.untrained, width, 0, top, c.text, 13, 600)
      : sayKeeper(view, x, results.keeper, top, width);
  drawAccuracy(view, x, results, top + Math.max(52, tall), width, height);
}

/**
 * The sentence, what is not yet read paler, and a question mark for the verb.
 * @param {RunView} view
 * @param {Pen} x
 * @param {string[]} symbols
 * @param {number} t
 * @param {number} width
 * @returns {number} the top of what stands below
 */
function writeSentence({ colours: c }, x, symbols, t, width) {
  write(x, "", 0, 8, c.text, 13, "left", 600); // sets the font that is measured
  let lines = breakLines(x, toWords(symbols, 0), width);
  for (let left = HEAD + 1; lines.length > MOST_LINES && left < symbols.length; left++) {
    const [head, tail] = [toWords(symbols.slice(0, HEAD), 0), toWords(symbols.slice(left), left)];
    lines = breakLines(x, [...head, { text: "…", step: left - 1 }, ...tail], width);
  }
  for (const [row, line] of lines.entries())
    for (const { text, step, left } of line)
      write(x, text, left, 8 + LINE * row, step <= t ? c.text : c.muted, 13, "left", 600);
  return 3 + LINE * lines.length;
}

/** @typedef {{ text: string, step: number }} Word step: at which it is read */

/**
 * The words with the commas after them; the first one as a sentence begins, and a question mark at the end.
 * @param {string[]} symbols
 * @param {number} from the step of the first
 * @returns {Word[]}
 */
function toWords(symbols, from) {
  /** @type {Word[]} */
  const words = [];
  for (const [k, symbol] of symbols.entries()) {
    const step = from + k;
    const text = step ? symbol : symbol.charAt(0).toUpperCase() + symbol.slice(1);
    const last = words.at(-1);
    if (symbol === "," && last) last.text += ",";
    else words.push({ text, step });
  }
  return words;
}

/**
 * @param {Pen} x
 * @param {Word[]} words
 * @param {number} width
 * @returns {(Word & { left: number })[][]} each line, and where its words begin
 */
function breakLines(x, words, width) {
  const space = x.measureText(" ").width;
  /** @type {(Word & { left: number })[][]} */
  const lines = [[]];
  let left = 0;
  for (const word of [...words, { text: "?", step: 0 }]) {
    const wide = x.measureText(word.text).width;
    if (left && left + wide > width) {
      lines.push([]);
      left = 0;
    }
    lines[lines.length - 1].push({ ...word, left });
    left += wide + space;
  }
  return lines;
}

/**
 * Which unit tells the numbers apart, and how it keeps what it knows; nothing of the kind before it is learnt.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Keeper | null} keeper
 * @param {number} top
 * @param {number} width
 * @returns {number} the height of what it writes, px
 */
function sayKeeper(view, x, keeper, top, width) {
  const { names, strings: S } = view.run.header;
  const c = view.colours;
  if (!keeper) return writeLines(x, S["number at chance"], width, 0, top, c.muted);
  const { unit, auc, rises, kept, gates, gate } = keeper;
  const state = `${names.includes("c") ? "c" : "h"}[${unit}]`;
  const opening = Object.entries(gates).map(([name, v]) => `${name} ${writeFixed(v, 2)}`);
  const how = gate ? fill(S["kept by gate"], { gate }) : S["no such gate"];
  const carrier = opening.length ? fill(S.opening, { gates: opening.join(", "), how }) : how;
  const detector = fill(S[rises ? "detector rises" : "detector falls"], {
    unit: state,
    auc: writeFixed(auc, 2),
  });
  const gap = fill(S.gap, { factor: writeFixed(kept, 2) });
  let tall = writeLines(x, detector, width, 0, top, c.text, 13, 600);
  for (const text of [gap, carrier]) tall += writeLines(x, text, width, 0, top + tall, c.text);
  return tall;
}

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {Distances} results
 * @param {number} heading its middle
 * @param {number} width
 * @param {number} height
 */
function drawAccuracy(view, x, { distances, accuracies }, heading, width, height) {
  const c = view.colours;
  const S = view.run.header.strings;
  const left = 44;
  const right = width - 10;
  const top = heading + 14;
  const floor = height - 34;
  const most = Math.max(...distances);
  const trained = most / 2;
  /** @param {number} d */
  const X = d => left + (d / most) * (right - left);
  /** @param {number} v */
  const Y = v => floor - v * (floor - top);
  write(x, S["accuracy over distance"], 0, heading, c.text, 13, "left", 600);
  for (const v of [0, 0.5, 1]) {
    x.strokeStyle = c.line;
    x.lineWidth = 1;
    x.setLineDash(v === 0.5 ? [4, 4] : []);
    x.beginPath();
    x.moveTo(left, Y(v));
    x.lineTo(right, Y(v));
    x.stroke();
    x.setLineDash([]);
    write(x, `${v * 100} %`, left - 5, Y(v), c.muted, 12, "right");
  }
  x.strokeStyle = x.fillStyle = c.accent;
  x.lineWidth = 2;
  x.beginPath();
  for (const [k, d] of distances.entries()) x.lineTo(X(d), Y(accuracies[k]));
  x.stroke();
  for (const [k, d] of distances.entries()) {
    x.beginPath();
    x.arc(X(d), Y(accuracies[k]), 4, 0, 7);
    x.fill();
  }
  x.strokeStyle = c.muted;
  x.setLineDash([3, 3]);
  x.beginPath();
  x.moveTo(X(trained), top - 4);
  x.lineTo(X(trained), floor);
  x.stroke();
  x.setLineDash([]);
  for (const d of [0, trained, most]) write(x, String(d), X(d), floor + 11, c.muted, 12, "center");
  write(x, S["words between"], (left + right) / 2, floor + 26, c.muted, 12, "center");
}
