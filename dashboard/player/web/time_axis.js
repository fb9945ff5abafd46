// The shared time axis: one heatmap per quantity, and what the cursor points at.

import { prepare, short } from "./canvas.js";
import { writeFixed } from "./numbers.js";
import { gateOf, gradientOf, isBelowScale, NOT_A_NUMBER, powerOf, signedOf } from "./scales.js";
import { fill } from "./sentences.js";
import { hintOf } from "./touch.js";

/** @import { Decades, LayerFrame, Layout, Pen, RecordedFrame, Row, RunView, Show } from "./types.js" */

/**
 * @param {number} t
 * @param {number} T
 * @param {number} width
 */
export const centre = (t, T, width) => ((t + 0.5) / T) * width;

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} T
 * @param {number} width
 * @param {number} height
 */
export function drawCursor(view, x, T, width, height) {
  if (view.t < 0 || view.t >= T) return;
  x.strokeStyle = view.colours.text;
  x.globalAlpha = 0.85;
  x.lineWidth = 1.5;
  const left = (view.t / T) * width;
  const column = Math.max(3, width / T);
  x.strokeRect(left + 0.75, 0.75, column - 1.5, height - 1.5);
  x.globalAlpha = 1;
}

/**
 * Slow motion counts the steps as they are read: forward up to step `slow.t` values are known, backward
 * from it on gradients are. The reverse direction reads the last step first.
 * @param {RunView} view
 * @param {number} t
 * @param {boolean} gradient
 * @param {number} T
 */
export const isUnseen = (view, t, gradient, T) => {
  if (!view.slow) return false;
  const { stage, t: now } = view.slow;
  const read = isReversed(view) ? T - 1 - t : t;
  if (stage === "backward") return gradient && read < now;
  return gradient || (stage === "forward" && read > now);
};

/** @param {RunView} view */
export const isReversed = view => view.run.header.layers[view.layer]?.[1] === "reverse";

/**
 * Where units outnumber the screen's pixels, a row of pixels shows its strongest unit: none is skipped.
 * @param {Uint8Array} data
 * @param {number} from
 * @param {number} count
 */
function strongest(data, from, count) {
  let best = data[from];
  for (let k = from + 1; k < from + count && best !== NOT_A_NUMBER; k++)
    if (data[k] === NOT_A_NUMBER || Math.abs(data[k] - 127) > Math.abs(best - 127)) best = data[k];
  return best;
}

/**
 * @param {RunView} view
 * @param {Row} row
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @returns {number} the units that share a row of pixels
 */
export function drawHeatmap(view, row, { T }, trace) {
  const { H } = trace;
  const c = view.colours;
  const gradients = view.show === "gradients";
  const gate = view.run.header.gates.includes(row.name);
  const data = gradients ? trace.grads[row.name] : trace.values[row.name];
  const signedTable = gradients ? c.slopeLevels : c.signedLevels;
  const table = gradients || !gate ? signedTable : c.gateLevels;
  const [x, width, height] = prepare(row.canvas);
  const group = Math.max(1, Math.ceil(H / Math.max(1, row.canvas.height)));
  const rows = Math.ceil(H / group);
  const { buffer, image, pixels } = bitmapOf(row, T, rows);
  for (let t = 0; t < T; t++) {
    const hidden = isUnseen(view, t, gradients, T);
    for (let r = 0; r < rows; r++) {
      const first = t * H + r * group;
      const byte =
        group === 1 ? data[first] : strongest(data, first, Math.min(group, H - r * group));
      pixels[r * T + t] = hidden ? 0 : table[byte];
    }
  }
  const paper = /** @type {OffscreenCanvasRenderingContext2D} */ (buffer.getContext("2d"));
  paper.putImageData(image, 0, 0);
  x.imageSmoothingEnabled = false;
  x.fillStyle = c.soft;
  x.fillRect(0, 0, width, height);
  x.drawImage(buffer, 0, 0, width, height);
  drawCursor(view, x, T, width, height);
  drawUnit(view, x, T, H, width, height);
  return group;
}

/**
 * A frame around the number that is lit: of this map where it is pointed at, else of the same unit.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} T
 * @param {number} H
 * @param {number} width
 * @param {number} height
 */
function drawUnit({ t, row, unit, colours: c }, x, T, H, width, height) {
  if (t < 0 || t >= T || !row) return;
  const tall = Math.max(4, height / H);
  const top = Math.min(height - tall, (Math.min(unit, H - 1) / H) * height);
  const wide = Math.max(4, width / T);
  const left = (t / T) * width;
  for (const [colour, lineWidth] of /** @type {[string, number][]} */ ([
    [c.background, 4],
    [c.accent, 2],
  ])) {
    x.strokeStyle = colour;
    x.lineWidth = lineWidth;
    x.strokeRect(left + 1, top, wide - 2, tall);
  }
}

/**
 * The pixels of a row's heatmap, made anew only where their number has changed.
 * @param {Row} row
 * @param {number} T
 * @param {number} rows
 */
function bitmapOf(row, T, rows) {
  if (row.bitmap?.image.width === T && row.bitmap.image.height === rows) return row.bitmap;
  const image = new ImageData(T, rows);
  const pixels = new Uint32Array(image.data.buffer);
  row.bitmap = { buffer: new OffscreenCanvas(T, rows), image, pixels };
  return row.bitmap;
}

/**
 * What the cursor points at, in words.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function wordsAtCursor(view, frame, trace, layout) {
  const { names, strings: S } = view.run.header;
  const t = view.t;
  if (t < 0 || t >= frame.T) return lostInWords(view, frame) || hintOf(S, "hover");
  const parts = [`t = ${t + 1} “${layout.symbols[t]}”`];
  if (view.row) parts.push(numberInWords(view, view.row, frame, trace));
  for (const n of names) parts.push(`‖∂L/∂${n}‖ ${sizeInWords(trace.norms[n][t])}`);
  parts.push(`${S.share} ${sizeInWords(trace.shares[t])}`);
  return parts.join("   ");
}

/**
 * @param {number} v not negative
 */
const sizeInWords = v => (Number.isFinite(v) ? short(v) : numberName(v));

/**
 * A number that is none, or not finite.
 * @param {number} v
 */
const numberName = v => (Number.isNaN(v) ? "NaN" : v > 0 ? "∞" : "−∞");

/**
 * Whether what the maps show is not finite somewhere.
 * @param {RecordedFrame} frame
 * @param {Show} show
 */
export const isLost = ({ lost }, show) =>
  Boolean(show === "gradients" ? lost?.gradients : lost?.values);

/**
 * At which steps something is not finite; "" where everything is.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 */
export function lostInWords(view, { lost }) {
  const S = view.run.header.strings;
  const kind = lost?.values ? "values" : "gradients";
  const steps = lost?.[kind];
  if (!steps) return "";
  return fill(S[`lost ${kind}`], { first: steps[0] + 1, last: steps[1] + 1 });
}

/**
 * The number that is pointed at: a value, or the gradient there.
 * @param {RunView} view
 * @param {string} name
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 */
export function numberInWords(view, name, { decades }, trace) {
  const { gates } = view.run.header;
  const u = Math.min(view.unit, trace.H - 1);
  const k = view.t * trace.H + u;
  if (view.show === "gradients") {
    const byte = trace.grads[name][k];
    return `∂L/∂${name}[${u}] ${gradientInWords(byte, decades)}`;
  }
  const isGate = gates.includes(name);
  const byte = trace.values[name][k];
  const v = isGate ? gateOf(byte) : signedOf(byte, trace.ranges[name]);
  if (!Number.isFinite(v)) return `${name}[${u}] = ${numberName(v)}`;
  if (isGate) return `${name}[${u}] ≈ ${writeFixed(v, 2)}`;
  const size = trace.ranges[name] < 0.1 || trace.ranges[name] >= 1000 ? short(v) : writeFixed(v, 2);
  return `${name}[${u}] ≈ ${v >= 0 ? "+" : ""}${size}`;
}

/**
 * @param {number} byte
 * @param {Decades} decades
 */
function gradientInWords(byte, [top, decades]) {
  const slope = gradientOf(byte, [top, decades]);
  if (!Number.isFinite(slope)) return `= ${numberName(slope)}`;
  if (slope === 0) return "= 0";
  if (isBelowScale(byte)) return `≈ 0 ± ${powerOf(top - decades)}`;
  return `≈ ${slope > 0 ? "+" : ""}${slope.toExponential(0)}`;
}
