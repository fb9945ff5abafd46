// One update in slow motion: forward through the unrolled network, the losses, backward through it.
// Bytes from dashboard/views/unrolled/wire.py. Everything that moves, moves here; only a click asks Python.

import { grown, say } from "./canvas.js";
import { palette } from "./colours.js";
import { readArrays } from "./decode.js";
import { drawLegend } from "./legend.js";
import { mountView } from "./mount.js";
import { keepPosition, positionOfLink, positionOnLeaving } from "./position.js";
import { clamp } from "./scales.js";
import { drawNetwork } from "./unrolled_network.js";
import { buildUnrolledPage, fitUnrolled, showChoices } from "./unrolled_page.js";
import { lastPhase, phaseOfReturn, stageOf } from "./unrolled_phases.js";
import { drawSum } from "./unrolled_sum.js";
import { isTerm, statusOf, wordsOf } from "./unrolled_words.js";

/** @import { Component } from "./types.js" */
/** @import { Pointed, UnrolledHeader, UnrolledView } from "./unrolled_types.js" */

/**
 * @param {Component} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeView);
  if (!component.data) return;
  const before = view.header?.run;
  takeData(view, component.data);
  view.parts ??= buildUnrolledPage(view, {
    draw: () => draw(view),
    togglePlay: () => togglePlay(view),
    goTo: phase => goTo(view, phase),
    pick: target => pick(view, target),
  });
  if (before !== view.header.run) {
    view.playing = false;
    view.phase = Math.min(view.phase, lastPhase(view));
    view.layer = Math.min(view.layer, view.header.layers.length - 1);
  }
  const { cursor, run } = view.header;
  const left = before ? null : positionOnLeaving("unrolled", run);
  const position = positionOfLink("unrolled", cursor) ?? left;
  if (typeof position?.phase === "number") view.phase = Math.min(lastPhase(view), position.phase);
  if (position?.layer) view.layer = Math.min(view.header.layers.length, position.layer) - 1;
  view.picked = view.header.picked;
  view.colours = palette(view.host);
  showChoices(view, view.parts);
  draw(view);
}

/**
 * A view without data yet, at its last phase: `takeData` brings header and layers, before anything else is called.
 * @param {HTMLElement} host
 */
function makeView(host) {
  const view = /** @type {UnrolledView} */ (
    /** @type {unknown} */ ({
      ...{ host, drawn: 0, phase: Infinity, layer: 0, playing: false, speed: 5, rest: 0, last: 0 },
      ...{ picked: null, hover: null, parts: null, find: null, findTerm: null },
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
 * @param {UnrolledView} view
 * @param {Uint8Array} bytes
 */
function takeData(view, bytes) {
  /** @type {{ header: UnrolledHeader, numbers: Float32Array }} */
  const { header, numbers } = readArrays(bytes);
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
  view.header = header;
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
  const { parts, header, colours } = view;
  if (!parts || !Number.isFinite(view.phase)) return;
  const S = header.strings;
  const now = stageOf(view);
  const T = header.symbols.length;
  const reverse = header.layers[view.layer][1] === "reverse";
  const t = reverse ? T - 1 - now.step : now.step;
  view.now = { ...now, t };
  say(parts.play, view.playing ? S.pause : S.play);
  parts.scrub.value = String(view.phase);
  say(parts.status, statusOf(view));
  drawNetwork(view, parts.network);
  drawSum(view, parts.sum);
  const kinds = /** @type {const} */ (["values", "gradients"]);
  const hidden = { values: view.phase === lastPhase(view), gradients: now.stage !== "backward" };
  for (const show of kinds) {
    const { box, canvas } = parts.legends[show];
    box.hidden = hidden[show];
    const gates = header.gates.length > 0;
    if (!box.hidden) drawLegend(canvas, { colours, show, gates, decades: header.decades });
  }
  const hover = wordsOf(view, view.hover);
  parts.words.classList.toggle("keyless", !hover); // the keys have no place in a saved picture
  say(parts.words, hover || S.hint);
  view.drawn += 1;
  keepPosition("unrolled", {
    run: header.run,
    phase: view.phase === lastPhase(view) ? null : view.phase,
    layer: view.layer ? view.layer + 1 : null,
  });
  Object.assign(parts.root.dataset, {
    phase: view.phase,
    stage: now.stage,
    time: t,
    drawn: view.drawn,
    status: view.playing ? "playing" : "paused",
  });
}
