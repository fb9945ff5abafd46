// Of a training that runs elsewhere: its loss, how it stands, what each recorded update says of the network's inside.

import { describe, say } from "../canvas.js";
import { valueAt } from "../curve_points.js";
import { drawCurve } from "../curves.js";
import { writeCount, writeNumber } from "../numbers.js";
import { element } from "../page.js";
import { sendAction } from "../pulling.js";
import { fill } from "../sentences.js";
import { buildMeasure } from "./measures.js";

/** @import { Chart, Elsewhere, LiveView, RunHeader } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {Elsewhere} elsewhere
 */
export function buildElsewhere(parent, { colours: c, strings: S }, elsewhere) {
  const figure = element("b", { class: "figure" });
  const heading = element("h2", {}, figure, " ", element("span", { class: "claim" }, S.loss));
  const what = element("p", { class: "when" });
  const status = element("p", { class: "when state" });
  const canvas = element("canvas", { role: "img", "aria-label": S.loss });
  const look = element("button", { class: "look-inside", type: "button" }, S["look inside"]);
  /** @type {Chart} */
  const chart = {
    ...{ canvas, note: element("span"), caption: element("b"), legend: [], marks: [] },
    ...{ areNamed: true, unit: false },
    lines: [{ name: "loss", label: S.loss, colour: c.train, wide: 2 }],
  };
  const box = element("figure", {}, canvas);
  const content = [heading, what, box, status, look];
  parent.append(element("section", { class: "card headline elsewhere" }, ...content));
  return { figure, what, status, look, chart, title: elsewhere.loss };
}

/**
 * Its measures over the updates, each folded.
 * @param {HTMLElement} parent
 * @param {Elsewhere} elsewhere
 */
export const buildMeasuresElsewhere = (parent, { measures }) =>
  measures.map(({ name, title, lines, share }) => {
    const drawn = lines.map(([of, label, colour]) => ({ name: of, label, colour, wide: 1.6 }));
    const looks = { isShare: share, isOpen: true, between: " · " };
    return buildMeasure(parent, { name, title, lines: drawn, ...looks });
  });

/**
 * @param {LiveView} view
 * @param {ReturnType<typeof buildElsewhere>} card
 */
export function drawElsewhere(view, { figure, what, status, look, chart, title }) {
  const { run } = view;
  const { elsewhere, strings: S } = run.header;
  const loss = valueAt(run.curves.loss ?? [], run.position);
  const n = writeCount(run.frames[run.position].index);
  say(figure, loss === null ? "–" : writeNumber(loss));
  say(what, title);
  say(status, elsewhere?.state ?? "");
  look.onclick = () => sendAction(view, { kind: "look", update: run.frames[run.position].index });
  drawCurve(view, chart);
  if (!run.playing)
    describe(chart.canvas, fill(S["loss in words"], { n, value: figure.textContent ?? "" }));
}
