// What is drawn below the columns of a comparison: curves over the updates, reach and openness over the steps.

import { say } from "./canvas.js";
import { drawCurve, sayPresentValues } from "./curves.js";
import { latestFrame } from "./decode.js";
import { subtractCurves } from "./differences.js";
import { drawOpenness, drawReach } from "./reach_and_openness.js";
import { gateOf } from "./scales.js";
import { fill } from "./sentences.js";

/** @import { ComparedChart, ComparedRun, CompareView, Shown, StepCurve } from "./compare_types.js" */
/** @import { Group, Line, Run } from "./types.js" */

/**
 * @param {CompareView} view
 * @param {boolean} differs whether the differences to A are asked for
 */
export function drawCharts(view, differs) {
  const whole = view.run;
  for (const chart of view.charts) {
    chart.lines = view.columns.map(({ run }) => lineOf(whole, chart, run, differs));
    Object.assign(chart, {
      unit: chart.share && !differs,
      signed: differs,
      marks: differs ? [] : chart.baselines,
    });
    const { strings: S } = whole.header;
    say(chart.caption, differs ? fill(S["difference of"], { title: chart.title }) : chart.title);
    drawCurve(view, chart);
    sayPresentValues(view, chart);
  }
}

/**
 * @param {Group} whole
 * @param {ComparedChart} chart
 * @param {Run} run
 * @param {boolean} differs
 * @returns {Line}
 */
function lineOf(whole, { name: quantity, dots }, run, differs) {
  const { letter, colour } = run.header;
  const name = `${letter} ${quantity}`;
  const look = { label: letter, colour, wide: dots ? 1.5 : 1, dots };
  if (!differs) return { ...look, name, band: [`${name} low`, `${name} high`] };
  const isFirst = run === whole.columns[0];
  return { ...look, name: isFirst ? "" : differenceToA(whole, name, `A ${quantity}`) };
}

/**
 * The name of a curve's difference to that of A, made anew where the curve has grown.
 * @param {Group} whole
 * @param {string} name
 * @param {string} base
 */
function differenceToA({ curves }, name, base) {
  const points = curves[name] || [];
  const key = `${name} − A`;
  if (curves[key]?.of !== points.length) {
    curves[key] = subtractCurves(points, curves[base] || []);
    curves[key].of = points.length;
  }
  return key;
}

/**
 * Of the first layer's forward states, whichever layer is shown.
 * @param {CompareView} view
 * @param {Shown[]} shown
 * @param {boolean} differs
 */
export function drawReaches(view, shown, differs) {
  const { at, strings: S } = view.run.header;
  const curves = shown
    .map(({ run, frame }) => ({
      letter: run.header.letter,
      name: "h",
      colour: run.header.colour,
      values:
        at === "last"
          ? frame.traces[0].norms.h
          : latestFrame(run, "reach", view.run.position)?.reach || [],
    }))
    .filter(({ values }) => values.length);
  const base = curves[0]?.values;
  say(view.reach.caption, S[differs ? "reach against A" : "reach"]);
  if (!differs || !base) return drawReach(view, view.reach, curves);
  const ratios = curves.slice(1).map(curve => ({
    ...curve,
    values: Array.from(curve.values, (v, t) => v / base[t]), // infinite, or no number, where A has 0
  }));
  drawReach(view, view.reach, ratios);
}

/**
 * @param {CompareView} view
 * @param {Shown[]} shown
 * @param {boolean} differs
 */
export function drawGates(view, shown, differs) {
  const { strings: S } = view.run.header;
  const curves = shown.flatMap(({ run, trace, frame }) =>
    run.header.gates.map(name => ({
      letter: run.header.letter,
      name,
      colour: run.header.colours[name],
      values: meansOf(trace.values[name], frame.T, trace.H),
    })),
  );
  say(view.openness.caption, S[differs ? "openness against A" : "openness"]);
  const empty = differs && curves.length ? S["no gates in A"] : S["no gates"];
  drawOpenness(view, view.openness, differs ? differencesToA(curves) : curves, differs, empty);
}

/**
 * Of the gates whose name one of A's has too.
 * @param {(StepCurve & { values: number[] })[]} curves
 */
function differencesToA(curves) {
  const base = Object.fromEntries(
    curves.filter(({ letter }) => letter === "A").map(({ name, values }) => [name, values]),
  );
  return curves
    .filter(({ letter, name }) => letter !== "A" && base[name])
    .map(curve => ({ ...curve, values: curve.values.map((v, t) => v - base[curve.name][t]) }));
}

/**
 * A gate's mean over the units at each step, 0 .. 1.
 * @param {Uint8Array} bytes
 * @param {number} T
 * @param {number} H
 */
const meansOf = (bytes, T, H) =>
  Array.from({ length: T }, (_, t) => {
    let sum = 0;
    for (let k = t * H; k < (t + 1) * H; k++) sum += gateOf(bytes[k]);
    return sum / H;
  });
