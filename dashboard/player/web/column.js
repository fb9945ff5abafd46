// One network on the time axis: unrolled, a heatmap for each quantity, the gradient at each step.

import { say } from "./canvas.js";
import { frameAt } from "./decode.js";
import { drawGradients } from "./gradient_axis.js";
import { drawNetwork } from "./network_row.js";
import { changeInWords, wordsOfEnd } from "./range_changes.js";
import { pinStep } from "./rows/lighting.js";
import { fill } from "./sentences.js";
import { drawHeatmap } from "./time_axis.js";

/** @import { ColumnElements, LayerFrame, Layout, PlayerView, RecordedFrame, Run, RunView } from "./types.js" */

/**
 * @param {RunView} view
 * @param {ColumnElements} elements
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function drawColumn(view, { network, rows, gradients, change }, frame, trace, layout) {
  const { header, position } = view.run;
  const { gates, layers, strings: S } = header;
  const [layer, direction] = layers[Math.min(view.layer, layers.length - 1)];
  drawNetwork(view, network, frame, trace, layout);
  for (const row of rows) {
    const group = drawHeatmap(view, row, frame, trace);
    const lines = [gates.includes(row.name) ? "0 … 1" : wordsOfEnd(trace.ranges[row.name])];
    if (view.show === "gradients") lines[0] = `∂L/∂${row.name}`;
    else if (view.show === "values") {
      const name = `${layer} ${direction} ${row.name}`;
      lines.push(changeInWords(frame.changes, name, position, S));
    }
    if (group > 1) lines.push(fill(S["strongest of"], { n: group }));
    say(row.scale, lines.filter(Boolean).join("\n"));
  }
  drawGradients(view, gradients, frame, trace);
  say(change, changeInWords(frame.changes, "axis", position, S));
}

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
