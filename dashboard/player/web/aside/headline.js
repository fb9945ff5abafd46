// How good the network is, in one figure and its words, and how it came there.

import { describe, say } from "../canvas.js";
import { bestUntil, pointAt, valueAt } from "../curve_points.js";
import { drawCurve } from "../curves.js";
import { writeCount, writeMetric } from "../numbers.js";
import { element } from "../page.js";
import { fill, joinBy } from "../sentences.js";

/** @import { Chart, LiveView, Run, RunHeader } from "../types.js" */

/** @typedef {{ figure: string, claim: string, details: [value: string, words: string][], when: string }} Headline */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildHeadline(parent, header) {
  const { headline, score, strings: S } = header;
  const figure = element("b", { class: "figure" });
  const claim = element("span", { class: "claim" });
  const lines = [score.seen, ...score.baselines.map(({ words }) => words)].map(words => {
    const value = element("b");
    return { value, line: element("li", {}, value, " ", element("span", {}, words)) };
  });
  const when = element("p", { class: "when" });
  const best = element("p", { class: "when best" });
  const status = element("p", { class: "spoken", role: "status" });
  const canvas = element("canvas", { role: "img", "aria-label": header["headline title"] });
  const isShare = header["headline is share"];
  /** @type {Chart} */
  const chart = {
    ...{ canvas, note: element("span"), caption: element("b"), legend: [], areNamed: true },
    lines: [
      { name: `train ${headline}`, label: S.seen, colour: "", wide: 2, dots: true },
      { name: `held-out ${headline}`, label: S.new, colour: "", wide: 2.4, dots: true },
    ],
    marks: score.baselines.map(({ label, value }) => [label, value]),
    unit: isShare,
  };
  const heading = element("h2", {}, figure, " ", claim);
  const list = element("ul", {}, ...lines.map(({ line }) => line));
  const box = element("figure", {}, canvas);
  parent.append(
    element(
      "section",
      { class: isShare ? "card headline share" : "card headline" },
      ...[heading, list, box, when, best, status],
    ),
  );
  return { figure, claim, lines, when, best, status, chart };
}

/**
 * @param {LiveView} view
 * @param {ReturnType<typeof buildHeadline>} card
 */
export function drawHeadline(view, { figure, claim, lines, when, best, status, chart }) {
  const { run, colours: c } = view;
  const now = headlineAt(run);
  say(figure, now.figure);
  say(claim, now.claim);
  for (const [k, [value]] of now.details.entries()) say(lines[k].value, value);
  say(when, now.when);
  say(best, bestInWords(run));
  chart.best = bestAt(run);
  [chart.lines[0].colour, chart.lines[1].colour] = [c.muted, c.accent];
  drawCurve(view, chart);
  if (run.playing) return;
  describe(chart.canvas, curveInWords(run, chart));
  say(status, [now.figure, now.claim].join(" "));
}

/**
 * The latest evaluation at or before the update that is shown.
 * @param {Pick<Run, "header" | "curves" | "frames" | "position">} run
 * @returns {Headline}
 */
export function headlineAt({ header, curves, frames, position }) {
  const { headline, score, strings: S } = header;
  const isShare = header["headline is share"];
  const seen = valueAt(curves[`train ${headline}`] ?? [], position);
  const unseen = pointAt(curves[`held-out ${headline}`] ?? [], position);
  /** @param {number | null} value */
  const write = value => (value === null ? "–" : writeMetric(value, isShare));
  /** @type {Headline["details"]} */
  const details = [
    [write(seen), score.seen],
    ...score.baselines.map(
      ({ words, value }) => /** @type {[string, string]} */ ([write(value), words]),
    ),
  ];
  if (!unseen) return { figure: "–", claim: S["not tested"], details, when: "" };
  const [k, value] = unseen;
  const n = writeCount(frames[k].index);
  const { solved, rises } = score;
  const isSolved = solved !== null && (rises ? value >= solved : value <= solved);
  const bound = solved === null ? "" : writeMetric(solved, isShare);
  const tested = fill(S[frames[k].index ? "tested at" : "tested untrained"], { n });
  const when = isSolved
    ? `${tested} · ${fill(S[rises ? "solved from" : "solved to"], { bound })}`
    : tested;
  return { figure: write(value), claim: score.unseen, details, when };
}

/**
 * The best evaluation up to the update that is shown; null where that is the latest one.
 * @param {Pick<Run, "header" | "curves" | "position">} run
 */
export function bestAt({ header, curves, position }) {
  const points = curves[`held-out ${header.headline}`] ?? [];
  const best = bestUntil(points, position, header.score.rises);
  return best === pointAt(points, position) ? null : best;
}

/**
 * What it is, and why nobody should report it.
 * @param {Pick<Run, "header" | "curves" | "frames" | "position">} run
 */
export function bestInWords(run) {
  const best = bestAt(run);
  if (!best) return "";
  const { header, frames } = run;
  const value = writeMetric(best[1], header["headline is share"]);
  return fill(header.strings["best so far"], { value, n: writeCount(frames[best[0]].index) });
}

/**
 * The curve up to the update that is shown, for who cannot see it.
 * @param {Pick<Run, "header" | "curves" | "frames" | "position">} run
 * @param {Pick<Chart, "lines" | "marks" | "unit">} chart
 */
export function curveInWords({ header, curves, frames, position }, { lines, marks, unit }) {
  const entries = [
    ...lines.map(({ label, name }) => [label, valueAt(curves[name] ?? [], position)]).reverse(),
    ...marks,
  ];
  const values = entries.flatMap(([label, value]) =>
    value === null ? [] : [`${label} ${writeMetric(Number(value), unit)}`],
  );
  return fill(header.strings["curve in words"], {
    title: header["headline title"],
    n: writeCount(frames[position].index),
    values: joinBy(header.strings.list, values),
  });
}
