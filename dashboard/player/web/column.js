// One network on the time axis: unrolled, a heatmap for each quantity, the gradient at each step.

import { say } from "./canvas.js";
import { picture } from "./frames.js";
import { drawGradients, drawHeatmap, drawNetwork } from "./time.js";

// p: the column's elements {network, rows, gradients}. view.run: the run that it shows.
export function drawColumn(view, p, frame, trace, layout) {
  const { header } = view.run;
  drawNetwork(view, p.network, frame, trace, layout);
  for (const row of p.rows) {
    drawHeatmap(view, row, frame, trace);
    const gate = header.gates.includes(row.name), range = trace.ranges[row.name];
    const scale = view.show === "gradients" ? `∂L/∂${row.name}` : gate ? "0 … 1" : `±${+range.toPrecision(2)}`;
    say(row.label.lastChild, row.group > 1 ? `${scale}\n${row.group} / px` : scale);
  }
  drawGradients(view, p.gradients, frame, trace);
}

// The step, and the number there, stay lit when the pointer leaves; keys pin what they point at.
export const pin = (view, on) => { view.pin = on && view.t >= 0 ? { t: view.t, row: view.row, unit: view.unit } : null; };

// Pointing at a column moves the time cursor of all; on a heatmap it also picks the unit.
export function pointAt(view, run, p) {
  const point = (canvas, row) => {
    canvas.onpointermove = event => {
      const frame = picture(run, Math.min(view.run.position, run.frames.length - 1)), box = canvas.getBoundingClientRect();
      view.t = Math.max(0, Math.min(frame.T - 1, Math.floor(((event.clientX - box.left) / box.width) * frame.T)));
      view.row = row || view.row;
      view.at = run;
      const { H } = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
      if (row) view.unit = Math.max(0, Math.min(H - 1, Math.floor(((event.clientY - box.top) / box.height) * H)));
      view.dirty = true;
    };
    canvas.onpointerleave = () => { Object.assign(view, view.pin || { t: -1 }); view.dirty = true; };
    canvas.onclick = () => { pin(view, view.pin?.t !== view.t); };
  };
  point(p.network); point(p.gradients);
  for (const row of p.rows) point(row.canvas, row.name);
}
