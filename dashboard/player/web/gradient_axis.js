// The gradient at each step: the norm of every quantity's, and each step's share of dW, on one logarithmic axis.

import { prepare, write } from "./canvas.js";
import { changeInWords } from "./range_changes.js";
import { exponentsOf, logLevel, powerOf } from "./scales.js";
import { drawSizes } from "./size_lines.js";
import { centre, drawCursor, isReversed, isUnseen } from "./time_axis.js";

/** @import { Decades, LayerFrame, Palette, Pen, RecordedFrame, RunView } from "./types.js" */
/** @import { Plane } from "./size_lines.js" */

const TOP = 7;
const FOOT = 6;
const LABELS = 20; // px beside the plot, for the names of the lines
const LABEL = 12; // px, from one to the next
const SPARSE = 0.72; // labels stand inside: the topmost below its line, the others above theirs

/**
 * The state whose gradient is the one to look at: c, where there is one, else h.
 * @param {string[]} names
 */
export const carrierOf = names => (names.includes("c") ? "c" : "h");

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {boolean} named whether the lines have their names at their ends, to the right of the axis
 */
export function drawGradients(view, canvas, frame, trace, named = false) {
  const [x, whole, height] = prepare(canvas);
  const width = whole - (named ? LABELS : 0);
  const { T, axis } = frame;
  const c = view.colours;
  const { names, colours, strings: S } = view.run.header;
  const bottom = height - FOOT;
  const plane = {
    decades: axis,
    /** @param {number} t */
    X: t => centre(t, T, width),
    /** @param {number} level */
    Y: level => bottom - level * (bottom - TOP),
  };
  const exponents = exponentsOf(axis, SPARSE * (bottom - TOP));
  drawRules(x, c, axis, exponents, plane.Y, width);
  const first = isReversed(view) ? T - 1 : 0; // the step before which every state is 0
  /**
   * @param {Float32Array} values
   * @param {boolean} isState
   * @param {{ colour: string, wide: number, dash?: number[] }} look
   */
  const draw = (values, isState, look) =>
    drawSizes(
      x,
      plane,
      T,
      t => {
        if (isUnseen(view, t, true, T)) return null;
        // What the state before the first step is a factor of is 0 there, and has not vanished.
        return t === first && !isState && values[t] === 0 ? null : values[t];
      },
      { ...look, dots: width / T > 8 },
    );
  let hasZero = draw(trace.shares, false, { colour: c.muted, wide: 1.5, dash: [3, 3] });
  const carrier = carrierOf(names);
  for (const name of names)
    if (name !== carrier)
      hasZero =
        draw(trace.norms[name], name === "h", { colour: colours[name], wide: 1.5 }) || hasZero;
  hasZero = draw(trace.norms[carrier], true, { colour: colours[carrier], wide: 3 }) || hasZero;
  if (named) nameLines(view, x, trace, plane, T, width + 4);
  drawCursor(view, x, T, width, height);
  const isNew = changeInWords(frame.changes, "axis", view.run.position, S) !== "";
  writeTicks(x, c, axis, exponents, plane.Y, isNew);
  if (hasZero) write(x, S["zero gradient"], width - 4, bottom - 6, c.muted, 11, "right");
}

/**
 * Each line's name beside its end, none on another.
 * @param {RunView} view
 * @param {Pen} x
 * @param {LayerFrame} trace
 * @param {Plane} plane
 * @param {number} T
 * @param {number} left
 */
function nameLines(view, x, trace, { decades, Y }, T, left) {
  const { names, colours } = view.run.header;
  const carrier = carrierOf(names);
  const ends = names.map(name => ({ name, level: logLevel(trace.norms[name][T - 1], decades) }));
  ends.push({ name: "dW", level: logLevel(trace.shares[T - 1], decades) });
  ends.sort((a, b) => (b.level || 0) - (a.level || 0));
  const lowest = Y(0) - LABEL / 2;
  let top = Y(1);
  for (const [k, { name, level }] of ends.entries()) {
    const below = ends.length - 1 - k; // names that still need room
    top = Math.max(top, Math.min(Y(level || 0), lowest - below * LABEL + LABEL / 2));
    const colour = colours[name] ?? view.colours.muted;
    write(x, name, left, top, colour, 12, "left", name === carrier ? 700 : 400);
    top += LABEL;
  }
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {Decades} axis
 * @param {number[]} exponents
 * @param {(level: number) => number} Y
 * @param {number} width
 */
function drawRules(x, c, [top, decades], exponents, Y, width) {
  x.strokeStyle = c.line;
  x.lineWidth = 1;
  for (const exponent of exponents) {
    const at = Y((exponent - top + decades) / decades);
    x.beginPath();
    x.moveTo(0, at);
    x.lineTo(width, at);
    x.stroke();
  }
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {Decades} axis
 * @param {number[]} exponents
 * @param {(level: number) => number} Y
 * @param {boolean} isNew whether its ends were others a moment ago
 */
function writeTicks(x, c, [top, decades], exponents, Y, isNew) {
  for (const exponent of exponents) {
    const isEnd = exponent === top || exponent === top - decades;
    const at = Y((exponent - top + decades) / decades) + (exponent === top ? 8 : -7);
    const label = powerOf(exponent);
    x.fillStyle = c.background; // a label that lies on a curve can be read
    x.globalAlpha = 0.75;
    x.fillRect(1, at - 6, 7 * label.length, 12);
    x.globalAlpha = 1;
    const colour = isNew && isEnd ? c.accent : c.muted;
    write(x, label, 2, at, colour, 11, "left", isNew && isEnd ? 700 : 400);
  }
}
