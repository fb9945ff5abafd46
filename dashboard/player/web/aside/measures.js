// The loss and the size of the gradient, folded: their present values stand in the summaries.

import { describe, say } from "../canvas.js";
import { valueAt } from "../curve_points.js";
import { drawCurve } from "../curves.js";
import { writeCount, writeMetric, writeNumber } from "../numbers.js";
import { element } from "../page.js";
import { fill, joinBy } from "../sentences.js";
import { fold } from "./folds.js";

/** @import { Chart, Line, LiveView, Run, RunHeader } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildMeasures(parent, { colours: c, strings: S }) {
  const loss = { name: "loss", label: S.batch, colour: c.train, wide: 1.5 };
  const norms = [
    { name: "grad norm", label: S["before clipping"], colour: c.share, wide: 1.2 },
    { name: "clipped norm", label: S["after clipping"], colour: c.clipped, wide: 1.6 },
  ];
  const usual = { isShare: false, isOpen: false, between: " → " };
  return [
    buildMeasure(parent, { ...usual, name: "loss", title: S["loss of batch"], lines: [loss] }),
    buildMeasure(parent, { ...usual, name: "norms", title: S["size of gradient"], lines: norms }),
  ];
}

/**
 * isShare: whether its axis is 0 .. 100 %. isOpen: before the reader has chosen. between: the values beside its title.
 * @typedef {{ name: string, title: string, lines: Line[], isShare: boolean, isOpen: boolean, between: string }} Measure
 */

/**
 * @param {HTMLElement} parent
 * @param {Measure} measure
 */
export function buildMeasure(parent, { name, title, lines, isShare, isOpen, between }) {
  const canvas = element("canvas", { role: "img", "aria-label": title });
  const note = element("span", { class: "note" });
  const caption = element("figcaption", {}, note);
  const { details, present } = fold(name, title, isOpen, element("figure", {}, caption, canvas));
  parent.append(details);
  /** @type {Chart} */
  const chart = { ...{ canvas, note, caption, legend: [], lines, marks: [] }, unit: isShare };
  return { details, present, chart, title, between };
}

/**
 * @param {LiveView} view
 * @param {ReturnType<typeof buildMeasure>} measure
 */
export function drawMeasure(view, { details, present, chart, title, between }) {
  const { run } = view;
  const values = presentValues(run, chart.lines, chart.unit);
  say(present, values.join(between));
  if (!details.open) return;
  drawCurve(view, chart);
  if (run.playing) return;
  const { strings: S } = run.header;
  const named = chart.lines.map(({ label }, k) => `${label} ${values[k] ?? "–"}`);
  const n = writeCount(run.frames[run.position].index);
  describe(chart.canvas, fill(S["curve in words"], { title, n, values: joinBy(S.list, named) }));
}

/**
 * @param {Pick<Run, "curves" | "position">} run
 * @param {Line[]} lines
 * @param {boolean} isShare
 */
const presentValues = ({ curves, position }, lines, isShare = false) =>
  lines.flatMap(({ name }) => {
    const value = valueAt(curves[name] ?? [], position);
    return value === null ? [] : [isShare ? writeMetric(value, true) : writeNumber(value)];
  });
