// One network on the time axis: unrolled, a heatmap for each quantity, the gradient at each step.

import { say } from "./canvas.js";
import { frameAt } from "./decode.js";
import { drawNetwork } from "./network_row.js";
import { drawGradients, drawHeatmap } from "./time_axis.js";

/** @import { ColumnElements, LayerFrame, Layout, PlayerView, RecordedFrame, Run, RunView } from "./types.js" */

/**
 * @param {RunView} view
 * @param {ColumnElements} elements
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function drawColumn(view, { network, rows, gradients }, frame, trace, layout) {
  const { header } = view.run;
  drawNetwork(view, network, frame, trace, layout);
  for (const row of rows) {
    const group = drawHeatmap(view, row, frame, trace);
    const range = trace.ranges[row.name];
    let scale = header.gates.includes(row.name) ? "0 … 1" : `±${+range.toPrecision(2)}`;
    if (view.show === "gradients") scale = `∂L/∂${row.name}`;
    say(row.scale, group > 1 ? `${scale}\n${group} / px` : scale);
  }
  drawGradients(view, gradients, frame, trace);
}

/**
 * The step, and the number there, stay lit when the pointer leaves; keys pin what they point at.
 * @param {PlayerView} view
 * @param {boolean} on
 */
export const pinStep = (view, on) => {
  view.pin = on && view.t >= 0 ? { t: view.t, row: view.row, unit: view.unit } : null;
};

/**
 * Which of n equal parts of a canvas a point of the screen is in.
 * @param {number} point
 * @param {number} start
 * @param {number} size
 * @param {number} n
 */
const partAt = (point, start, size, n) =>
  Math.max(0, Math.min(n - 1, Math.floor(((point - start) / size) * n)));

/**
 * Pointing at a column moves the time cursor of all; on a heatmap it also picks the unit.
 * @param {PlayerView} view
 * @param {Run} run
 * @param {ColumnElements} elements
 */
export function pointAt(view, run, { network, rows, gradients }) {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} [row]
   */
  const point = (canvas, row) => {
    canvas.onpointermove = event => {
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
    canvas.onpointerleave = () => {
      Object.assign(view, view.pin || { t: -1 });
      view.dirty = true;
    };
    canvas.onclick = () => pinStep(view, view.pin?.t !== view.t);
  };
  point(network);
  point(gradients);
  for (const row of rows) point(row.canvas, row.name);
}
