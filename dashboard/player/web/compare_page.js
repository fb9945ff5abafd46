// The elements of a comparison's page.

import { buildColumn } from "./compare_column.js";
import { pointAtColumn, pointAtSteps } from "./compare_pointing.js";
import { chart, controls, element, figure, title } from "./page.js";
import { scrubOn } from "./player_controls.js";
import { pictureOf } from "./progress.js";
import { foldButton } from "./rows/folds.js";
import { fill } from "./sentences.js";
import { saver } from "./snapshot.js";

/** @import { ComparedChart, CompareView } from "./compare_types.js" */
/** @import { Controls, GroupHeader, LayerKey } from "./types.js" */

/** @param {CompareView} view */
export function buildComparePage(view) {
  const { run: whole, host } = view;
  const { header, columns } = whole;
  const S = header.strings;
  const root = element("div", { class: "player compare", tabindex: "0" });
  const p = controls(S, deepestOf(view), ["values", "gradients", "difference"]);
  const networks = element("b", {}, columns.map(run => run.header.name).join(" · "));
  const fair = element("span", { class: "fair" });
  const side = element("div", { class: "side" });
  const words = element("div", { class: "words", role: "status" });
  const below = element("div", { class: "below" });
  const save = saver(S, () => {
    const update = whole.frames[whole.position].index;
    return pictureOf(view, root, `${header.file}-update-${update}`);
  });
  /** @param {string} name */
  const folded = name =>
    foldButton(`compare ${name}`, S[name], isOpen => {
      side.classList.toggle(name.replaceAll(" ", "-"), isOpen);
      view.dirty = true;
    });
  const tools = element(
    "div",
    { class: "tools" },
    ...[p.status, p.layer, p.show, folded("all quantities"), folded("sizes and time")],
    ...[p.legend, save],
  );
  view.columns = columns.map(run => ({ run, buffers: {}, parts: buildColumn(side, run.header) }));
  for (const { run, parts } of view.columns) pointAtColumn(view, run, parts);
  view.charts = compareCharts(below, header);
  view.reach = figure(below, S.reach);
  view.openness = figure(below, S.openness);
  root.append(contextOf(S, networks, header.title, fair, p), p.strip, p.banner, tools);
  root.append(side, words, below);
  side.style.setProperty("--columns", String(columns.length));
  host.replaceChildren(root);
  view.page = { ...p, root, fair, words, side };
  scrubOn(view, view.charts);
  for (const each of [view.reach, view.openness]) pointAtSteps(view, each);
}

/**
 * The layers of the deepest of the networks.
 * @param {CompareView} view
 * @returns {LayerKey[]}
 */
const deepestOf = ({ run }) =>
  run.columns.map(({ header }) => header.layers).reduce((a, b) => (b.length > a.length ? b : a));

/**
 * What is looked at: the networks, the task, the sequence that all of them read, and what was made equal.
 * @param {GroupHeader["strings"]} S
 * @param {HTMLElement} networks
 * @param {string} task
 * @param {HTMLElement} fair
 * @param {Controls} p
 */
function contextOf(S, networks, task, fair, p) {
  const about = element("span", { class: "about" }, networks, ` · ${task} · ${S["they read"]}`);
  return element("div", { class: "context second" }, about, p.probe, p.answer, fair, p.error);
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
