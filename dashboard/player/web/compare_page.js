// The elements of a comparison's page.

import { buildColumn } from "./compare_column.js";
import { pointAtColumn, pointAtSteps } from "./compare_pointing.js";
import { buildKeyList } from "./keys.js";
import { chart, controls, element, figure } from "./page.js";
import { playerKeys, scrubOn } from "./player_controls.js";
import { pictureOf } from "./progress.js";
import { foldButton, isOpen } from "./rows/folds.js";
import { fill } from "./sentences.js";
import { saver } from "./snapshot.js";
import { foldSaver } from "./top/transport.js";

/** @import { ComparedChart, CompareView } from "./compare_types.js" */
/** @import { Controls, GroupHeader, LayerKey } from "./types.js" */

export const ALL = "all quantities"; // what folds under this name, in all columns at once
const SIZES = "sizes and time";

/** @param {CompareView} view */
export function buildComparePage(view) {
  const { run: whole, host } = view;
  const { header, columns } = whole;
  const S = header.strings;
  const root = element("div", { class: "player compare", tabindex: "0" });
  const p = controls(S, deepestOf(view), ["values", "gradients", "difference"]);
  const fair = element("span", { class: "fair" });
  const side = element("div", { class: "side" });
  side.style.setProperty("--columns", String(columns.length));
  view.columns = columns.map(run => ({
    ...{ run, buffers: {} },
    parts: buildColumn(side, run.header, p.error),
  }));
  for (const { run, parts } of view.columns) pointAtColumn(view, run, parts);
  const below = element("div", { class: "below" });
  view.charts = compareCharts(below, header);
  view.reach = figure(below, S.reach);
  view.openness = figure(below, S.openness);
  for (const each of [view.reach, view.openness]) pointAtSteps(view, each);
  scrubOn(view, view.charts);
  const save = saver(S, () => {
    const update = whole.frames[whole.position].index;
    return pictureOf(view, root, `${header.file}-update-${update}`);
  });
  const keys = buildKeyList(S, playerKeys(S));
  p.sheet.append(foldSaver(S, save), keys.button);
  const folds = [ALL, SIZES].map(name =>
    foldButton(`compare ${name}`, S[name], isUnfolded => {
      side.classList.toggle(name === ALL ? "all" : "sizes", isUnfolded);
      view.dirty = true;
    }),
  );
  const tools = element("div", { class: "tools" }, p.layer, p.show, ...folds, p.legend);
  const reading = readingOf();
  root.append(contextOf(view, p, fair), p.strip, p.banner, tools, side);
  root.append(reading.box, reading.spoken, below, keys.list);
  host.replaceChildren(root);
  view.page = {
    ...{ ...p, root, fair, reading },
    openAll: () => {
      if (!isOpen(`compare ${ALL}`)) folds[0].click();
    },
    get rows() {
      return (view.columns.find(({ run }) => run === view.at) ?? view.columns[0]).parts;
    },
  };
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
 * @param {CompareView} view
 * @param {Controls} p
 * @param {HTMLElement} fair
 */
function contextOf({ run: { header, columns } }, p, fair) {
  const networks = element("b", {}, columns.map(run => run.header.name).join(" · "));
  const task = ` · ${header.title} · ${header.strings["they read"]}`;
  const about = element("span", {}, networks, task);
  return element("div", { class: "context second" }, about, p.probe, p.answer, fair, p.error);
}

/** What is pointed at, in words and in numbers; and what is spoken of all columns, while nothing plays. */
function readingOf() {
  const words = element("p", {});
  const numbers = element("small", {});
  const spoken = element("div", { class: "spoken", role: "status" });
  return { words, numbers, spoken, box: element("div", { class: "words" }, words, numbers) };
}

/**
 * The loss and the task's metric, a line for each run.
 * @param {HTMLElement} parent
 * @param {GroupHeader} header
 * @returns {ComparedChart[]}
 */
export function compareCharts(parent, { headline, strings: S, baselines, ...header }) {
  const { loss } = S;
  const metric = fill(S["held-out metric"], { metric: header["headline title"] });
  return [
    {
      ...chart(parent, loss, [], { areNamed: true }),
      ...{ title: loss, name: "loss", baselines: [], share: false, dots: false },
    },
    {
      ...chart(parent, metric, [], { areNamed: true }),
      ...{ title: metric, name: `held-out ${headline}`, dots: true },
      baselines,
      share: header["headline is share"],
    },
  ];
}
