// One update in slow motion: forward through the unrolled network, the losses, backward through it.
// Bytes from dashboard/views/unrolled/wire.py. Everything that moves, moves here; only a click asks Python.

import { grown, say } from "./canvas.js";
import { palette } from "./colours.js";
import { readArrays } from "./decode.js";
import { drawLegend } from "./legend.js";
import { mountView } from "./mount.js";
import { keepPosition, positionOfLink, positionOnLeaving } from "./position.js";
import { clamp } from "./scales.js";
import { joinBy } from "./sentences.js";
import { hintOf } from "./touch.js";
import { wireUnrolled } from "./unrolled_controls.js";
import { numberAtCursor, weightAtCursor } from "./unrolled_cursor.js";
import { keepLitStep, litStepOf } from "./unrolled_lit_step.js";
import { drawNetwork } from "./unrolled_network.js";
import { drawOverview } from "./unrolled_overview.js";
import { buildUnrolledPage, fitUnrolled, showChoices } from "./unrolled_page.js";
import { lastPhase, openingPhase, phaseOfReturn, stageOf } from "./unrolled_phases.js";
import { watchPicked } from "./unrolled_picked.js";
import { drawSum } from "./unrolled_sum.js";
import { isTerm, pictureInWords, statusOf, wordsOf } from "./unrolled_words.js";

/** @import { Component } from "./types.js" */
/** @import { Picked, Pointed, UnrolledHeader, UnrolledView } from "./unrolled_types.js" */

/**
 * @param {Component} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeView);
  if (!component.data) return;
  const before = view.header?.run;
  takeData(view, component.data);
  view.colours = palette(view.host);
  if (before !== view.header.run) beginReading(view, !before);
  if (!view.parts) {
    const actions = {
      draw: () => draw(view),
      togglePlay: () => togglePlay(view),
      goTo: (/** @type {number} */ phase) => goTo(view, phase),
      pick: (/** @type {Pointed | null} */ target) => pick(view, target),
    };
    view.parts = buildUnrolledPage(view, actions.draw);
    wireUnrolled(view, view.parts, actions);
    watchPicked(view, () => draw(view));
    requestAnimationFrame(() => view.fit()); // once it stands where it will stand
  }
  showChoices(view, view.parts);
  draw(view);
}

/**
 * A view without data yet: `takeData` brings header and layers, before anything else is called.
 * @param {HTMLElement} host
 */
function makeView(host) {
  const view = /** @type {UnrolledView} */ (
    /** @type {unknown} */ ({
      ...{ host, drawn: 0, phase: Infinity, layer: 0, playing: false, speed: 5, rest: 0, last: 0 },
      ...{ picked: null, hover: null, parts: null, find: null, findTerm: null },
      ...{ cursor: null, weightCursor: null, compact: null, isCompact: false, shown: ["h"] },
      ...{ window: { start: 0, count: 0, cell: 0 }, held: false, follows: -1 },
    })
  );
  view.fit = () => {
    if (!view.parts) return;
    fitUnrolled(view, view.parts, grown());
    draw(view);
  };
  return view;
}

/**
 * Other numbers than before. The page opens where its link says, or where the reader was, on this page or on Live;
 * else after the losses, when the network has answered.
 * @param {UnrolledView} view
 * @param {boolean} isFirst
 */
function beginReading(view, isFirst) {
  const { cursor, run, symbols, layers } = view.header;
  view.playing = false;
  view.hover = null;
  view.phase = Math.min(isFirst ? openingPhase(view) : view.phase, lastPhase(view));
  view.layer = Math.min(view.layer, layers.length - 1);
  if (!isFirst) return;
  const position = positionOfLink("unrolled", cursor) ?? positionOnLeaving("unrolled", run);
  if (typeof position?.phase === "number") view.phase = Math.min(lastPhase(view), position.phase);
  if (position?.layer) view.layer = Math.min(layers.length, position.layer) - 1;
  const t = litStepOf(run);
  if (t >= 0) view.cursor = { t: Math.min(t, symbols.length - 1), unit: 0, name: "h" };
}

/**
 * @param {UnrolledView} view
 * @param {Uint8Array} bytes
 */
function takeData(view, bytes) {
  /** @type {{ header: UnrolledHeader, numbers: Float32Array }} */
  const { header, numbers } = readArrays(bytes);
  const isKnown = view.header?.run === header.run;
  view.header = header;
  if (isKnown) return;
  const T = header.symbols.length;
  let at = 0;
  view.layers = header.layers.map((key, k) => {
    const H = header.sizes[k];
    /** @type {Record<string, Float32Array>} */
    const arrays = {};
    for (const name of header.order) {
      arrays[name] = numbers.subarray(at, at + T * H);
      at += T * H;
    }
    return { key, H, arrays, largest: {}, sum: null, term: null };
  });
}

/** @param {UnrolledView} view */
function togglePlay(view) {
  view.playing = !view.playing;
  if (view.playing && view.phase >= lastPhase(view)) view.phase = 0;
  view.last = performance.now();
  view.rest = 0;
  if (view.playing) requestAnimationFrame(now => tick(view, now));
  draw(view);
}

/**
 * @param {UnrolledView} view
 * @param {number} phase
 */
function goTo(view, phase) {
  view.playing = false;
  view.held = false; // who steps through the pass wants to see it
  view.phase = clamp(phase, 0, lastPhase(view));
  draw(view);
}

/**
 * A click on a number puts it under the microscope; one on a bar goes to its step.
 * @param {UnrolledView} view
 * @param {Pointed | null} target
 */
function pick(view, target) {
  if (!target) return;
  if (isTerm(target)) return goTo(view, phaseOfReturn(view, target.step));
  const { name, t, unit, column = null } = target;
  const [layer, direction] = view.layers[target.layer].key;
  const [part] = view.header.parts.find(([, start, stop]) => start <= t && t < stop) ?? [""];
  const place = { name, t, unit, column, part, layer, direction };
  view.picked = target;
  view.trigger("action", { kind: "pick", ...place, at: performance.now() });
  draw(view);
}

/**
 * @param {UnrolledView} view
 * @param {number} now
 */
function tick(view, now) {
  if (!view.playing || !view.host.isConnected) return;
  const passed = Math.max(0, now - view.last); // the first frame may be older than the click
  view.rest += (passed / 1000) * view.speed;
  view.last = now;
  const whole = Math.floor(view.rest);
  if (whole) {
    view.rest -= whole;
    view.phase = Math.min(lastPhase(view), view.phase + whole);
    if (view.phase === lastPhase(view)) view.playing = false;
    draw(view);
  }
  requestAnimationFrame(then => tick(view, then));
}

/** @param {UnrolledView} view */
function draw(view) {
  const { parts, header } = view;
  if (!parts || !Number.isFinite(view.phase)) return;
  const S = header.strings;
  const now = stageOf(view);
  const T = header.symbols.length;
  const reverse = header.layers[view.layer][1] === "reverse";
  const t = reverse ? T - 1 - now.step : now.step;
  view.now = { ...now, t };
  describe(parts.play, String(view.playing), "aria-pressed");
  parts.scrub.value = String(view.phase);
  const status = statusOf(view);
  say(parts.status, status);
  drawNetwork(view, parts.network);
  drawOverview(view, parts.overview);
  drawSum(view, parts.sum);
  drawLegends(view, parts);
  sayNumber(view, parts);
  if (!view.playing) {
    describe(parts.network, pictureInWords(view));
    describe(parts.sum, joinBy(S["two sentences"], [S["sum in words"], status]));
    describe(parts.scrub, status, "aria-valuetext");
  }
  describe(parts.quantities, String(!view.isCompact), "aria-pressed");
  view.drawn += 1;
  keepPosition("unrolled", {
    run: header.run,
    phase: view.phase === openingPhase(view) ? null : view.phase,
    layer: view.layer ? view.layer + 1 : null,
  });
  keepLitStep(header.run, view.cursor?.t);
  const { start, count } = view.window;
  Object.assign(parts.root.dataset, {
    ...{ phase: view.phase, stage: now.stage, time: t, drawn: view.drawn },
    ...{ first: start + 1, last: start + count, compact: view.isCompact },
    picked: placeOf(view.picked),
    status: view.playing ? "playing" : "paused",
  });
}

/**
 * @param {UnrolledView} view
 * @param {import("./unrolled_page.js").Parts} parts
 */
function drawLegends({ header, colours, phase, now, ...rest }, { legends }) {
  const kinds = /** @type {const} */ (["values", "gradients"]);
  const hidden = {
    values: phase === lastPhase({ header, ...rest }),
    gradients: now.stage !== "backward",
  };
  for (const show of kinds) {
    const { box, canvas } = legends[show];
    box.hidden = hidden[show];
    const gates = header.gates.length > 0;
    if (!box.hidden) drawLegend(canvas, { colours, show, gates, decades: header.decades });
  }
}

/**
 * The number that is pointed at, or the one at the cursor.
 * @param {UnrolledView} view
 * @param {import("./unrolled_page.js").Parts} parts
 */
function sayNumber(view, { words, sum }) {
  const atCursor = sum.matches(":focus") ? weightAtCursor(view) : numberAtCursor(view);
  const text = wordsOf(view, view.hover) || wordsOf(view, atCursor);
  words.classList.toggle("keyless", !text); // the keys have no place in a saved picture
  const { strings: S } = view.header;
  say(words, text || joinBy(S["two sentences"], [S.columns, hintOf(S, "hint")].filter(Boolean)));
}

/** @param {Picked | null} number */
const placeOf = number =>
  number ? [number.name, number.t + 1, number.unit, number.column ?? ""].join(".") : "";

/**
 * @param {HTMLElement} element
 * @param {string} text
 * @param {string} attribute
 */
function describe(element, text, attribute = "aria-label") {
  if (element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
}
