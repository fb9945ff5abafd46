// How the triangle is drawn: its parts are placed here, and named in words.

import { prepare, short } from "./canvas.js";
import { fill } from "./sentences.js";
import { drawColumn, drawPast, drawRow } from "./triangle_curves.js";
import { drawLegend, drawMap } from "./triangle_map.js";
import { isReached, largestOfRows, TOP } from "./triangle_scale.js";

/** @import { TrianglePlace, TriangleView } from "./triangle_types.js" */

const LEFT = 62;
const GAP = 12;

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
  const side = single && !header.trains ? 0 : width < 900 ? 190 : 250;
  const foot = single ? height - TOP - 34 : Math.max(110, Math.round(0.24 * height));
  const right = width - side - GAP;
  const bottom = single ? TOP : height - foot - 44;
  const largest = largestOfRows(G, K, T);
  const [sizes, shares] = trace.decades;
  return {
    ...{ x, c, S: header.strings, trace, G, T, K, single, relative },
    ...{ at: header.at, symbols: header.symbols, largest },
    row: view.k < 0 ? K - 1 : Math.min(view.k, K - 1),
    column: view.t < 0 ? 0 : Math.min(view.t, T - 1),
    hue: header.colours[trace.quantity] || c.accent,
    map: { left: LEFT, right, top: TOP, bottom },
    foot: { top: bottom + (single ? 0 : 40), bottom: height - 20 },
    side: { left: right + GAP + 34, right: width - 8 },
    scale: relative ? shares : sizes,
    value: (k, t) => G[k * T + t] / (relative ? largest[k] || 1 : 1),
  };
}

/**
 * @param {TrianglePlace} place
 * @param {number} px
 * @param {number} py
 */
function locate({ map: m, foot, side, T, K, single }, px, py) {
  const t = Math.floor(((px - m.left) / (m.right - m.left)) * T);
  const k = Math.floor(((py - m.top) / (m.bottom - m.top)) * K);
  const inX = t >= 0 && t < T;
  const inY = !single && k >= 0 && k < K;
  if (inX && inY) return { k, t };
  if (inX && py >= foot.top - 10) return { t };
  if (inY && px >= side.left) return { k };
  return null;
}

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
