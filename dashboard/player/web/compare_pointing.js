// Pointing in a comparison: what is pointed at in one column is lit in all of them. A tap or a click keeps it lit.

import { pointed } from "./canvas.js";
import { frameAt } from "./decode.js";
import { pinStep } from "./rows/lighting.js";
import { clamp } from "./scales.js";

/** @import { ColumnParts, CompareView, StepFigure } from "./compare_types.js" */
/** @import { Run } from "./types.js" */

/**
 * Which of n equal parts of a canvas a point of the screen is in.
 * @param {number} point
 * @param {number} start
 * @param {number} size
 * @param {number} n
 */
const partAt = (point, start, size, n) => clamp(Math.floor(((point - start) / size) * n), 0, n - 1);

/**
 * @param {CompareView} view
 * @param {Run} run
 * @param {ColumnParts} parts
 */
export function pointAtColumn(view, run, { network, rows, gradients }) {
  wire(view, run, network, "");
  wire(view, run, gradients, "");
  for (const row of rows) wire(view, run, row.canvas, row.name);
}

/**
 * @param {CompareView} view
 * @param {Run} run
 * @param {HTMLCanvasElement} canvas
 * @param {string} row of the quantity whose map it is
 */
function wire(view, run, canvas, row) {
  /** @param {MouseEvent} event */
  const light = event => {
    const frame = frameAt(run, Math.min(view.run.position, run.frames.length - 1));
    if (!frame) return;
    const box = canvas.getBoundingClientRect();
    view.t = partAt(event.clientX, box.left, box.width, frame.T);
    view.at = run;
    if (row) {
      const { H } = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
      view.row = row;
      view.unit = partAt(event.clientY, box.top, box.height, H);
    }
    view.dirty = true;
  };
  wireLight(view, canvas, light);
}

/**
 * Pointing at a figure over the steps.
 * @param {CompareView} view
 * @param {StepFigure} figure
 */
export function pointAtSteps(view, figure) {
  wireLight(view, figure.canvas, event => {
    view.t = figure.t?.(pointed(figure.canvas, event)[0]) ?? -1;
    view.dirty = true;
  });
}

/**
 * @param {CompareView} view
 * @param {HTMLCanvasElement} canvas
 * @param {(event: MouseEvent) => void} light
 */
function wireLight(view, canvas, light) {
  canvas.onpointermove = light;
  canvas.onpointerleave = () => {
    Object.assign(view, view.pin || { t: -1 });
    view.dirty = true;
  };
  canvas.onclick = event => {
    light(event); // a finger does not move first
    pinStep(
      view,
      view.pin?.t !== view.t || view.pin?.row !== view.row || view.pin?.unit !== view.unit,
    );
    if (!view.pin) view.t = -1;
  };
}
