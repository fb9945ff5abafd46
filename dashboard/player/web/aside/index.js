// Beside the rows: how good the network is, what it gets wrong, and its curves.

import { say } from "../canvas.js";
import { drawCurve } from "../curves.js";
import { latestFrame } from "../decode.js";
import { chart, element, title } from "../page.js";
import { PANELS } from "../panels/index.js";
import { diagnosisAt } from "../progress.js";

/** @import { Chart, Layout, LiveView, RecordedFrame, RunHeader } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildAside(parent, header) {
  const diagnosis = element("div", { class: "diagnosis" });
  parent.append(diagnosis);
  const charts = liveCharts(parent, header);
  const panel = element("canvas", { class: "panel" });
  parent.append(panel);
  return { diagnosis, charts, panel };
}

/**
 * @param {LiveView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function drawAside(view, frame, layout) {
  const { run } = view;
  const { aside } = view.page;
  for (const chart of view.charts) drawCurve(view, chart);
  const results = latestFrame(run, "picture", run.position)?.picture ?? null;
  PANELS[run.header.kind](view, aside.panel, frame, layout, results);
  say(aside.diagnosis, diagnosisAt(run, run.frames[run.position].index));
}

/**
 * The loss, the task's metric, the norm of the gradient.
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @returns {Chart[]}
 */
export function liveCharts(parent, { colours: c, headline, baselines, strings: S, ...header }) {
  const loss = { name: "loss", label: S.batch, colour: c.train, wide: 1.5 };
  const train = { name: `train ${headline}`, label: S.train, colour: c.train };
  const heldOut = { name: `held-out ${headline}`, label: S["held-out"], colour: c["held-out"] };
  const metric = [train, heldOut].map(line => ({ ...line, wide: 2, dots: true }));
  const norms = [
    { name: "grad norm", label: S["before clipping"], colour: c.share, wide: 1.2 },
    { name: "clipped norm", label: S["after clipping"], colour: c.clipped, wide: 1.6 },
  ];
  return [
    chart(parent, S.loss, [loss]),
    chart(parent, title(headline), metric, {
      marks: Object.entries(baselines),
      unit: header["headline is share"],
    }),
    chart(parent, S["gradient norm"], norms),
  ];
}
