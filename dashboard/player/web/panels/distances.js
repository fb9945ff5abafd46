// Distances: the choice, accuracy against distance, and which unit keeps what decides it.

import { prepare, write, writeWithin } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawBars, litStep, outputsAt, targetAt } from "./output.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/**
 * See `Distances` in core/tasks/agreement.py.
 * @typedef {object} Distances
 * @property {number[]} distances
 * @property {number[]} accuracies
 * @property {number} unit
 * @property {number} auc
 * @property {number} kept
 * @property {Record<string, number>} gates
 * @property {string} gate
 */

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
  writeWithin(
    x,
    `${layout.symbols[0]} … ${layout.symbols[t]} → ?`,
    width,
    0,
    8,
    c.text,
    13,
    "left",
    600,
  );
  const bars = { top: 20, width, row: 22, names: 50 };
  drawBars(view, x, bars, outputsAt(view, frame, t), targetAt(view, layout, t));
  if (!results?.distances) return;
  if (frame.index === 0)
    write(x, view.run.header.strings.untrained, 0, 80, c.text, 13, "left", 600);
  else sayKeeper(view, x, width, results);
  drawAccuracy(view, x, results, width, height);
}

/**
 * Which unit tells the numbers apart, and how it keeps what it knows.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} width
 * @param {Distances} results
 */
function sayKeeper(view, x, width, { unit, auc, kept, gates, gate }) {
  const { names, strings: S } = view.run.header;
  const c = view.colours;
  const state = `${names.includes("c") ? "c" : "h"}[${unit}]`;
  const opening = Object.entries(gates).map(([name, v]) => `${name} ${v.toFixed(2)}`);
  const how = gate ? fill(S["kept by gate"], { gate }) : S["no such gate"];
  const keeper = opening.length ? fill(S.opening, { gates: opening.join(", "), how }) : how;
  // A unit that is small where another is large tells as much.
  const detector = fill(S.detector, { unit: state, auc: Math.max(auc, 1 - auc).toFixed(2) });
  writeWithin(x, detector, width, 0, 80, c.text, 13, "left", 600);
  writeWithin(x, fill(S.gap, { factor: kept.toFixed(2) }), width, 0, 97, c.text, 13);
  writeWithin(x, keeper, width, 0, 114, c.text, 13);
}

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {Distances} results
 * @param {number} width
 * @param {number} height
 */
function drawAccuracy(view, x, { distances, accuracies }, width, height) {
  const c = view.colours;
  const S = view.run.header.strings;
  const left = 44;
  const right = width - 10;
  const top = 146;
  const floor = height - 34;
  const most = Math.max(...distances);
  const trained = most / 2;
  /** @param {number} d */
  const X = d => left + (d / most) * (right - left);
  /** @param {number} v */
  const Y = v => floor - v * (floor - top);
  write(x, S["accuracy over distance"], 0, 132, c.text, 13, "left", 600);
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
