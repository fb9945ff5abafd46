// The elements of a comparison's page.

import { pointed } from "./canvas.js";
import { pointAt } from "./column.js";
import { chart, column, controls, element, figure, title } from "./page.js";
import { scrubOn } from "./player_controls.js";
import { pictureOf } from "./progress.js";
import { fill } from "./sentences.js";
import { saver } from "./snapshot.js";

/** @import { ComparedChart, ComparedRun, CompareView, StepFigure } from "./compare_types.js" */
/** @import { GroupHeader, Run } from "./types.js" */

const FACTS = ["units", "parameters", "per update", "memory"];

/** @param {CompareView} view */
export function buildComparePage(view) {
  const { run: whole, host } = view;
  const { header, columns } = whole;
  const S = header.strings;
  const layers = columns
    .map(run => run.header.layers)
    .reduce((a, b) => (b.length > a.length ? b : a));
  const root = element("div", { class: "player compare", tabindex: "0" });
  const p = controls(S, layers, ["values", "gradients", "difference"]);
  const fair = element("div", { class: "diagnosis fair" });
  const save = saver(S, () => {
    const update = whole.frames[whole.position].index;
    return pictureOf(view, root, `${header.file}-update-${update}`);
  });
  const second = element("div", { class: "second" }, fair, p.status, save);
  const side = element("div", { class: "side" });
  const words = element("div", { class: "words" });
  const below = element("div", { class: "below" });
  view.columns = columns.map(run => buildColumn(side, run));
  for (const { run, elements } of view.columns) pointAt(view, run, elements);
  view.charts = compareCharts(below, header);
  view.reach = figure(below, S.reach);
  view.openness = figure(below, S.openness);
  root.append(p.strip, p.banner, second, p.above, side, words, below);
  side.style.gridTemplateColumns = `repeat(${columns.length}, minmax(0, 1fr))`;
  host.replaceChildren(root);
  view.page = { ...p, root, fair, words };
  scrubOn(view, view.charts);
  for (const each of [view.reach, view.openness]) pointAtSteps(view, each);
}

/**
 * A run's column: its name, its numbers, its network.
 * @param {HTMLElement} side
 * @param {Run} run
 * @returns {ComparedRun}
 */
function buildColumn(side, run) {
  const { letter, name, colour, strings } = run.header;
  const box = element("div", { class: "one", "data-letter": letter });
  const told = element("div", { class: "told" });
  const table = element("div", { class: "facts" });
  const heading = element("b", {}, `${letter} · ${name}`);
  const head = element("div", { class: "head" }, heading, table, told);
  head.style.borderColor = colour;
  const facts = Object.fromEntries(FACTS.map(fact => [fact, element("b", {})]));
  for (const fact of FACTS)
    table.append(element("span", {}, facts[fact], element("small", {}, strings[fact])));
  box.append(head);
  side.append(box);
  return { run, facts, told, buffers: {}, elements: column(box, run.header) };
}

/**
 * The loss and the task's metric, a line for each run.
 * @param {HTMLElement} parent
 * @param {GroupHeader} header
 * @returns {ComparedChart[]}
 */
export function compareCharts(parent, { headline, strings: S, baselines, ...header }) {
  const { loss } = S;
  const metric = fill(S["held-out metric"], { metric: title(headline) });
  return [
    {
      ...chart(parent, loss, []),
      ...{ title: loss, name: "loss", baselines: [], share: false, dots: false },
    },
    {
      ...chart(parent, metric, []),
      ...{ title: metric, name: `held-out ${headline}`, dots: true },
      baselines: Object.entries(baselines),
      share: header["headline is share"],
    },
  ];
}

/**
 * Pointing at a figure over the steps moves the time cursor.
 * @param {CompareView} view
 * @param {StepFigure} figure
 */
function pointAtSteps(view, figure) {
  figure.canvas.onpointermove = event => {
    view.t = figure.t?.(pointed(figure.canvas, event)[0]) ?? -1;
    view.dirty = true;
  };
  figure.canvas.onpointerleave = () => {
    view.t = -1;
    view.dirty = true;
  };
}
