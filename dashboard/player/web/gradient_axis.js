// The gradient at each step: the norm of every quantity's, and each step's share of dW, on one logarithmic axis.

import { prepare, write } from "./canvas.js";
import { changeInWords } from "./range_changes.js";
import { exponentsOf, powerOf } from "./scales.js";
import { drawSizes } from "./size_lines.js";
import { centre, drawCursor, isReversed, isUnseen } from "./time_axis.js";

/** @import { Decades, LayerFrame, Palette, Pen, RecordedFrame, RunView } from "./types.js" */

const TOP = 7;
const FOOT = 6;

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
 */
export function drawGradients(view, canvas, frame, trace) {
  const [x, width, height] = prepare(canvas);
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
  drawRules(x, c, axis, plane.Y, width);
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
  drawCursor(view, x, T, width, height);
  const isNew = changeInWords(frame.changes, "axis", view.run.position, S) !== "";
  writeTicks(x, c, axis, plane.Y, isNew);
  if (hasZero) write(x, S["zero gradient"], width - 4, bottom - 6, c.muted, 11, "right");
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {Decades} axis
 * @param {(level: number) => number} Y
 * @param {number} width
 */
function drawRules(x, c, axis, Y, width) {
  const [top, decades] = axis;
  x.strokeStyle = c.line;
  x.lineWidth = 1;
  for (const exponent of exponentsOf(axis, Y(0) - Y(1))) {
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
 * @param {(level: number) => number} Y
 * @param {boolean} isNew whether its ends were others a moment ago
 */
function writeTicks(x, c, axis, Y, isNew) {
  const [top, decades] = axis;
  for (const exponent of exponentsOf(axis, Y(0) - Y(1))) {
    const isEnd = exponent === top || exponent === top - decades;
    const at = Y((exponent - top + decades) / decades) + (exponent === top - decades ? -7 : 7);
    const colour = isNew && isEnd ? c.accent : c.muted;
    write(x, powerOf(exponent), 2, at, colour, 11, "left", isNew && isEnd ? 700 : 400);
  }
}
