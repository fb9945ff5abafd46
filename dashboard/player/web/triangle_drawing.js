// How the triangle is drawn: its parts are placed here, and named in words.

import { prepare, short } from "./canvas.js";
import { fill } from "./sentences.js";
import { drawColumn, drawPast, drawRow } from "./triangle_curves.js";
import { drawLegend, drawMap } from "./triangle_map.js";
import { isReached, largestOfRows, TOP } from "./triangle_scale.js";

/** @import { TrianglePlace, TriangleView } from "./triangle_types.js" */

const LEFT = 62;
const GAP = 12;
const NARROW = 600; // px

/**
 * Draws everything -> what is pointed at, in words. Sets view.locate(px, py) -> {k, t}.
 * @param {TriangleView} view
 * @param {HTMLCanvasElement} canvas
 */
export function drawTriangle(view, canvas) {
  const { header } = view;
  const place = placeParts(view, canvas);
  if (!place.single) {
    drawMap(place);
    drawColumn(place);
    drawLegend(place, view.relative);
  }
  drawRow(place);
  if (header.trains)
    drawPast(
      place,
      view.past.map(({ update, horizons }) => [update, horizons[view.trace]]),
    );
  view.locate = (px, py) => locate(place, px, py);
  return wordsOf(place);
}

/**
 * @param {TriangleView} view
 * @param {HTMLCanvasElement} canvas
 * @returns {TrianglePlace}
 */
function placeParts(view, canvas) {
  const { header, colours: c, relative } = view;
  const trace = header.traces[view.trace];
  const G = view.matrices[view.trace];
  const [x, width, height] = prepare(canvas);
  const T = header.symbols.length;
  const K = header.at.length;
  const single = K === 1;
  const narrow = width < NARROW;
  const [sizes, shares] = trace.decades;
  const largest = largestOfRows(G, K, T);
  const parts = narrow
    ? placeBelow(width, height, single, header.trains)
    : placeBeside(width, height, single, header.trains);
  return {
    ...{ x, c, S: header.strings, trace, G, T, K, single, narrow, relative },
    ...{ at: header.at, symbols: header.symbols, largest },
    ...parts,
    row: view.k < 0 ? K - 1 : Math.min(view.k, K - 1),
    column: view.t < 0 ? 0 : Math.min(view.t, T - 1),
    hue: c.gradient,
    scale: relative ? shares : sizes,
    value: (k, t) => G[k * T + t] / (relative ? largest[k] || 1 : 1),
  };
}

/**
 * The lit row under the map, the lit column and the past to its right.
 * @param {number} width
 * @param {number} height
 * @param {boolean} single
 * @param {boolean} trains
 */
function placeBeside(width, height, single, trains) {
  const side = single && !trains ? 0 : width < 900 ? 190 : 250;
  const foot = single ? height - TOP - 46 : Math.max(110, Math.round(0.24 * height));
  const right = width - side - GAP;
  const bottom = single ? TOP : height - foot - 46;
  const ends = { left: right + GAP + 34, right: width - 8 };
  const under = { top: bottom + (single ? 0 : 42), bottom: height - (single ? 40 : 22) };
  return {
    map: { left: LEFT, right, top: TOP, bottom },
    foot: under,
    beside: { ...ends, top: TOP, bottom, head: 34 },
    past: { ...ends, top: single ? TOP : under.top, bottom: height - 22 },
    legend: { ...ends, top: 2 },
  };
}

/**
 * All of them one below the other, on a screen that is no wider than a phone.
 * @param {number} width
 * @param {number} height
 * @param {boolean} single
 * @param {boolean} trains
 */
function placeBelow(width, height, single, trains) {
  const ends = { left: LEFT - 14, right: width - 8 };
  const past = trains ? 0.14 * height : 0;
  const last = { ...ends, top: height - 22 - past, bottom: height - 22 };
  if (single) {
    const foot = { top: TOP, bottom: height - past - 90 };
    const none = { ...ends, top: TOP, bottom: TOP };
    return { map: none, foot, beside: { ...none, head: 0 }, past: last, legend: none };
  }
  const end = last.top - (trains ? 52 : 0);
  const map = { ...ends, top: 52, bottom: 52 + 0.36 * height };
  const foot = { top: map.bottom + 44, bottom: map.bottom + 44 + 0.15 * height };
  const beside = { ...ends, top: foot.bottom + 56, bottom: end, head: 0 };
  return { map, foot, beside, past: last, legend: { ...ends, top: 22 } };
}

/**
 * @param {TrianglePlace} place
 * @param {number} px
 * @param {number} py
 */
function locate({ map: m, foot, beside, T, K, single }, px, py) {
  const t = Math.floor(((px - m.left) / (m.right - m.left)) * T);
  const k = rowAt(m, K, py);
  const inX = t >= 0 && t < T;
  if (inX && !single && k >= 0 && k < K) return { k, t };
  if (inX && py >= foot.top - 10 && py <= foot.bottom + 20) return { t };
  const other = rowAt(beside, K, py);
  if (!single && px >= beside.left && px <= beside.right && other >= 0 && other < K)
    return { k: other };
  return null;
}

/**
 * @param {{ top: number, bottom: number }} place
 * @param {number} K
 * @param {number} py
 */
const rowAt = ({ top, bottom }, K, py) => Math.floor(((py - top) / (bottom - top)) * K);

/** @param {TrianglePlace} p */
function wordsOf(p) {
  const { S, T, G, row, column, trace, at, symbols } = p;
  const k = at[row];
  const value = G[row * T + column];
  if (trace.lost[row]) return fill(S.lost, { k: k + 1 });
  if (!(p.largest[row] > 0)) return fill(S.empty, { k: k + 1, h: trace.quantity });
  const steps = trace.horizons[row];
  const reach = fill(S[symbols[k] === String(k + 1) ? "reaches" : "reaches symbol"], {
    k: k + 1,
    symbol: symbols[k],
    steps,
    all: trace.reverse ? T - trace.origins[row] : k + 1,
  });
  const size = { h: trace.quantity, k: k + 1, t: column + 1, value: short(value) };
  return `${reach} ${fill(S[value > 0 || !isReached(p, row, column) ? "value" : "zero value"], size)}`;
}
