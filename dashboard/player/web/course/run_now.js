// What Live and Compare show at this moment, for a lesson.

import { valueAt } from "../curve_points.js";
import { frameAt } from "../decode.js";
import { carrierOf } from "../gradient_axis.js";

/** @import { CompareView } from "../compare_types.js" */
/** @import { LiveView, PlayerView, Run } from "../types.js" */
/** @import { Now } from "./course_types.js" */

/**
 * @param {LiveView} view
 * @returns {Now | null}
 */
export function nowOfLive(view) {
  const { run } = view;
  if (!run?.frames.length) return null;
  return {
    ...common(view, "live"),
    metrics: metricsOf(run, run.position),
    columns: {},
    rises: run.header.score.rises,
    sizes: sizesOf(view, run),
    curves: () => curvesOf(run),
  };
}

/**
 * @param {CompareView} view
 * @returns {Now | null}
 */
export function nowOfComparison(view) {
  const { run: whole, columns } = view;
  if (!whole?.frames.length) return null;
  const runs = Object.fromEntries(columns.map(({ run }) => [run.header.letter.toLowerCase(), run]));
  const first = columns[0].run;
  const metrics = Object.entries(runs).map(([letter, run]) => [
    letter,
    metricsOf(run, whole.position),
  ]);
  return {
    ...common(view, "compare"),
    metrics: metricsOf(first, whole.position),
    columns: Object.fromEntries(metrics),
    rises: first.header.score.rises,
    sizes: sizesOf(view, view.at ?? first),
    curves: (column = "a") => curvesOf(runs[column] ?? first),
  };
}

/**
 * @param {PlayerView<any>} view
 * @param {string} page
 */
const common = ({ run, pin }, page) => ({
  page,
  run: run.id,
  update: run.frames[run.position].index,
  playing: run.playing,
  over: run.header.done && run.position >= run.frames.length - 1,
  headline: run.header.headline,
  pin,
});

/**
 * The value of every curve at a position: the latest at or before it.
 * @param {Run} run
 * @param {number} position
 */
function metricsOf({ curves }, position) {
  /** @type {Record<string, number>} */
  const metrics = {};
  for (const [name, points] of Object.entries(curves)) {
    const value = valueAt(points, position);
    if (value !== null) metrics[name] = value;
  }
  return metrics;
}

/**
 * The size of the state's gradient at each step, of the largest.
 * @param {PlayerView<any>} view
 * @param {Run} run
 */
function sizesOf(view, run) {
  const frame = frameAt(run, Math.min(view.run.position, run.frames.length - 1));
  if (!frame) return [];
  const { norms } = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
  const sizes = [...(norms[carrierOf(run.header.names)] ?? [])].slice(0, frame.T);
  const peak = Math.max(...sizes.filter(Number.isFinite));
  return peak > 0 ? sizes.map(size => size / peak) : sizes;
}

/**
 * @param {Run} run
 * @returns {Record<string, [x: number, y: number][]>}
 */
const curvesOf = ({ curves, frames }) =>
  Object.fromEntries(
    Object.entries(curves).map(([name, points]) => [
      name,
      points.flatMap(([k, value]) => (frames[k] ? [[frames[k].index, value]] : [])),
    ]),
  );
