// Several runs side by side: one Play, one time cursor, one training cursor, one range of colours.

import { say } from "./canvas.js";
import { drawCharts, drawGates, drawReaches } from "./compare_charts.js";
import {
  columnInWords,
  describeColumn,
  drawColumn,
  sayFacts,
  scoreOf,
  showAnswerOf,
} from "./compare_column.js";
import { ALL, buildComparePage } from "./compare_page.js";
import { followOnComparison } from "./compare_pointing.js";
import { offerNow } from "./course/now.js";
import { nowOfComparison } from "./course/run_now.js";
import { decodeGroup, findGroup, frameAt } from "./decode.js";
import { areAlike, subtractTraces } from "./differences.js";
import { drawLegend } from "./legend.js";
import { mountView, spoken } from "./mount.js";
import { beginRun, connectPlayer, makePlayerView, takeAnswer } from "./playback.js";
import { diagnosisAt, showAnswer, showProgress } from "./progress.js";
import { isOpen } from "./rows/folds.js";
import { readingOf } from "./rows/reading.js";
import { fill, joinBy } from "./sentences.js";
import { isLost, wordsAtCursor } from "./time_axis.js";
import { hintOf } from "./touch.js";

/** @import { ComparedRun, CompareView, Shown } from "./compare_types.js" */
/** @import { Component, Group, Run, RunView, StreamData } from "./types.js" */

/**
 * @param {Component<StreamData>} component
 * @param {string} base
 */
export default function (component, base) {
  /** @type {CompareView} */
  const view = mountView(component, base, makeView);
  if (!component.data) return;
  const former = findGroup(component.data.stamp[0]);
  if (former?.header.language === spoken() && view.run !== former) show(view, former); // the reader comes back to it
  connectPlayer(view, component.data, bytes => show(view, decodeGroup(bytes)));
}

/**
 * The page is as high as its columns, and scrolls.
 * @param {HTMLElement} host
 * @returns {CompareView}
 */
function makeView(host) {
  /** @type {CompareView} */
  const view = makePlayerView(host, draw);
  view.fit = () => {
    view.dirty = true;
  };
  return view;
}

/**
 * @param {CompareView} view
 * @param {Group} whole as it was just answered for
 */
function show(view, whole) {
  if (view.run !== whole) beginRun(view, whole, build);
  view.columns.forEach((one, k) => {
    one.run = whole.columns[k];
  });
  for (const { run } of view.columns)
    for (const [name, points] of Object.entries(run.curves))
      whole.curves[`${run.header.letter} ${name}`] = points;
  takeAnswer(view);
  showAnswer(view, whole.header);
}

/** @param {CompareView} view */
function build(view) {
  buildComparePage(view);
  offerNow(view, {
    read: () => nowOfComparison(view),
    act: (verb, argument) => followOnComparison(view, verb, argument),
  });
}

/** @param {CompareView} view */
function draw(view) {
  const { run: whole, page: p } = view;
  const { header, position } = whole;
  const frame = frameAt(whole, position);
  if (!frame) return;
  const differs = view.show === "difference";
  const update = whole.frames[position].index;
  showProgress(view, frame, update);
  const shown = view.columns.flatMap(({ run }) => shownAt(run, position, view.layer) ?? []);
  for (const [k, one] of shown.entries())
    drawOne(view, view.columns[k], one, k && differs ? shown[0] : null, update);
  drawCharts(view, differs);
  drawReaches(view, shown, differs);
  drawGates(view, shown, differs);
  const { colours, show } = view;
  const { gates, strings } = header;
  const lost = shown.some(one => isLost(one.frame, show)) ? strings["not finite"] : "";
  drawLegend(p.legend, { colours, show, gates, decades: frame.decades, lost });
  sayReading(view, shown);
  const seeds = fill(header.strings.median, { n: header.seeds });
  say(p.fair, header.fair + (header.seeds > 1 ? ` · ${seeds}` : ""));
  for (const { run, frame: own } of shown)
    p.root.dataset[`update${run.header.letter}`] = String(own.index);
}

/**
 * What a run shows at a position: its own last frame where it has ended before.
 * @param {Run} run
 * @param {number} position
 * @param {number} layer
 * @returns {Shown | null}
 */
function shownAt(run, position, layer) {
  const frame = frameAt(run, position);
  if (!frame) return null;
  const trace = frame.traces[Math.min(layer, frame.traces.length - 1)];
  return { run, frame, trace, layout: run.header.layouts[frame.layout] };
}

/**
 * What the cursor points at, in the run that is pointed at; and what is spoken of all of them.
 * @param {CompareView} view
 * @param {Shown[]} shown
 */
function sayReading(view, shown) {
  const at = Math.max(
    0,
    view.columns.findIndex(one => one.run === view.at),
  );
  const { run, frame, trace, layout } = shown[at];
  const { names, letter, name, strings: S } = run.header;
  const row = view.row && names.includes(view.row) ? view.row : null;
  const unit = Math.min(trace.H - 1, view.unit);
  /** @type {RunView} */
  const pointed = { ...of(view, run), row, unit };
  const { box, words, numbers, spoken } = view.page.reading;
  const isLit = view.t >= 0 && view.t < frame.T;
  const sentence = isLit ? readingOf(pointed, frame, trace, layout) : "";
  box.classList.toggle("lit", isLit);
  say(words, sentence ? fill(S["column says"], { letter, name, sentence }) : hintOf(S, "hover"));
  say(numbers, isLit ? wordsAtCursor(pointed, frame, trace, layout) : "");
  if (view.run.playing) return;
  const columns = view.columns.map(({ parts, run: each }) => columnInWords(parts, each.header));
  const first = sentence && fill(S["column reads"], { letter, sentence });
  say(spoken, joinBy(S["two sentences"], [first, ...columns].filter(Boolean)));
}

/**
 * The view of one of the runs.
 * @param {CompareView} view
 * @param {Run} run
 * @returns {RunView}
 */
const of = ({ colours, t, row, unit, layer, show, slow }, run) => ({
  ...{ run, colours, t, row, unit, layer, show, slow },
});

/**
 * @param {CompareView} view
 * @param {ComparedRun} one
 * @param {Shown} shown
 * @param {Shown | null} base what A shows, where the difference to it is asked for
 * @param {number} update
 */
function drawOne(view, { parts, buffers }, { run, frame, trace, layout }, base, update) {
  const { header } = run;
  const isComparable = base && areAlike(run, base.run) && frame.T === base.frame.T;
  const showsAll = isOpen(`compare ${ALL}`);
  const mine = of(view, run);
  if (isComparable) {
    const gateless = { ...mine, run: { ...run, header: { ...header, gates: [] } } };
    const difference = subtractTraces(trace, base.trace, header.gates, buffers);
    drawColumn(gateless, parts, frame, difference, layout, showsAll);
  } else drawColumn(mine, parts, frame, trace, layout, showsAll);
  if (!view.run.playing) describeColumn(mine, parts, frame, trace, layout);
  say(parts.figure, scoreOf(view, run));
  showAnswerOf(mine, parts, frame, layout);
  sayFacts(parts, header);
  say(parts.told, stateOf(view, run, base && !isComparable, update));
}

/**
 * How the run stands, in words: the diagnosis, or that it has ended.
 * @param {CompareView} view
 * @param {Run} run
 * @param {boolean | null} isOther whether no difference to A can be shown
 * @param {number} update
 */
function stateOf(view, run, isOther, update) {
  const { strings: S, facts } = run.header;
  const { seeds } = view.run.header;
  const isOver = run.frames.length - 1 < view.run.position;
  const parts = [];
  if (isOver) parts.push(fill(S.ended, { n: run.frames[run.frames.length - 1].index }));
  if (isOther) parts.push(S["not the same units"]);
  if (facts.diverged && seeds > 1)
    parts.push(fill(S["seeds diverged"], { n: facts.diverged, all: seeds }));
  if (!isOver) parts.push(diagnosisAt(run, update, view.run.position));
  return parts.filter(Boolean).join(" · ");
}
