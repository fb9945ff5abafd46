// One unit over all steps: its value above, the size of its gradient on a log scale below; the step under the
// microscope is lit, and a click takes the same number at another step. Bytes from dashboard/views/unrolled/unit_curve.py.

import { pointed, prepare, short, write } from "./canvas.js";
import { palette } from "./colours.js";
import { readArrays } from "./decode.js";
import { mountView } from "./mount.js";
import { element } from "./page.js";
import { clamp, logLevel, powerOf } from "./scales.js";
import { fill, joinBy } from "./sentences.js";
import { tellPicked } from "./unrolled_picked.js";

/** @import { Component, Palette, Pen } from "./types.js" */
/** @import { CurveHeader, CurveView } from "./unrolled_types.js" */

const AXIS = 46; // px on the left, for the ends of the axes
const PATIENCE_MS = 250; // from the last arrow key until its step is asked for

/**
 * @param {Component} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, host => {
    const made = /** @type {CurveView} */ (
      /** @type {unknown} */ ({ host, drawn: 0, hover: -1, timer: 0, parts: null, find: null })
    );
    made.fit = () => draw(made);
    return made;
  });
  if (!component.data) return;
  /** @type {{ header: CurveHeader, numbers: Float32Array }} */
  const { header, numbers } = readArrays(component.data);
  const T = header.symbols.length;
  view.header = header;
  view.curves = header.curves.map((_, k) => numbers.subarray(k * T, (k + 1) * T));
  view.t = header.t;
  view.hover = -1;
  view.colours = palette(view.host);
  tellPicked(header.mark);
  view.parts ??= build(view);
  draw(view);
}

/** @param {CurveView} view */
function build(view) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const slider = element("div", { class: "curve-of-unit", role: "slider", tabindex: "0" }, canvas);
  const words = element("div", { class: "curve-words" });
  view.host.append(slider, words);
  canvas.onpointermove = event => {
    view.hover = view.find?.(...pointed(canvas, event))?.t ?? -1;
    draw(view);
  };
  canvas.onpointerleave = () => {
    view.hover = -1;
    draw(view);
  };
  canvas.onclick = event => {
    const target = view.find?.(...pointed(canvas, event));
    if (target) pick(view, target);
  };
  canvas.addEventListener("resized", () => draw(view));
  slider.onkeydown = event => {
    const last = view.header.symbols.length - 1;
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: view.t - 1, ArrowRight: view.t + 1, Home: 0, End: last };
    if (!(event.key in places) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    view.t = clamp(places[event.key], 0, last);
    draw(view);
    clearTimeout(view.timer);
    view.timer = window.setTimeout(() => pick(view, { t: view.t, k: lookedAt(view) }), PATIENCE_MS);
  };
  return { canvas, slider, words };
}

/**
 * The curve of the number under the microscope; of a weight, the first.
 * @param {CurveView} view
 */
const lookedAt = ({ header }) =>
  Math.max(
    0,
    header.curves.findIndex(({ place }) => place.name === header.mark?.name),
  );

/**
 * @param {CurveView} view
 * @param {{ t: number, k: number }} target
 */
function pick(view, { t, k }) {
  const { curves, parts, symbols } = view.header;
  const { place } = curves[view.header["is weight"] ? k : lookedAt(view)];
  if (t < 0 || t >= symbols.length) return;
  const [part] = parts.find(([, start, stop]) => start <= t && t < stop) ?? [""];
  view.t = t;
  view.trigger("action", { kind: "pick", ...place, t, part, at: performance.now() });
  draw(view);
}

/** @param {CurveView} view */
function draw(view) {
  const { parts, header, colours: c } = view;
  if (!parts) return;
  const { strings: S, symbols } = header;
  const T = symbols.length;
  const [x, width, height] = prepare(parts.canvas);
  const room = width - AXIS - 6;
  const each = room / T;
  const high = (height - 14) / view.curves.length;
  const t = view.hover >= 0 ? view.hover : view.t;
  /** @param {number} step */
  const left = step => AXIS + (step + 0.5) * each;
  for (const [step, colour] of /** @type {const} */ ([
    [view.hover, c.line],
    [view.t, c.accent],
  ]))
    if (step >= 0) {
      x.fillStyle = colour;
      x.globalAlpha = colour === c.accent ? 0.18 : 0.6;
      x.fillRect(left(step) - Math.max(1.5, each / 2), 0, Math.max(3, each), height - 14);
      x.globalAlpha = 1;
    }
  header.curves.forEach((curve, k) => {
    const place = { left, top: k * high, high, width };
    if (curve.isGradient) drawSizes(x, c, view.curves[k], curve, place, S.log);
    else drawValues(x, c, view.curves[k], curve.title, place);
  });
  write(x, "1", AXIS, height - 6, c.muted, 12);
  write(x, `t = ${T}`, width - 6, height - 6, c.muted, 12, "right");
  const numbers = joinBy(
    S.list,
    header.curves.map(({ title, isAsked }, k) => {
      const number = isAsked && t === header.t ? "?" : short(view.curves[k][t]);
      return `${title} = ${number}`;
    }),
  );
  const text = fill(S.at, { t: t + 1, symbol: symbols[t].trim() || "␣", numbers });
  parts.words.textContent = text;
  const attributes = {
    ...{ "aria-label": S.label, "aria-valuetext": text, "aria-valuenow": String(t + 1) },
    ...{ "aria-valuemin": "1", "aria-valuemax": String(T) },
  };
  for (const [name, value] of Object.entries(attributes))
    if (parts.slider.getAttribute(name) !== value) parts.slider.setAttribute(name, value);
  view.drawn += 1;
  view.find = (px, py) =>
    px < AXIS || px > width - 6
      ? null
      : {
          t: clamp(Math.floor((px - AXIS) / each), 0, T - 1),
          k: clamp(Math.floor(py / high), 0, view.curves.length - 1),
        };
}

/** @typedef {{ left: (t: number) => number, top: number, high: number, width: number }} Place of a curve */

/**
 * The values on a linear axis with 0, which follows them.
 * @param {Pen} x
 * @param {Palette} c
 * @param {Float32Array} values
 * @param {string} title
 * @param {Place} place
 */
function drawValues(x, c, values, title, { left, top, high, width }) {
  const finite = [...values].filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const span = Math.max(0, ...finite) - low || 1;
  /** @param {number} v */
  const y = v => top + 18 + (1 - (v - low) / span) * (high - 24);
  write(x, title, AXIS, top + 8, c.text, 12, "left", 600);
  for (const v of new Set([low, 0, low + span])) {
    if (v === 0 || Math.abs(y(v) - y(0)) > 12)
      write(x, short(v), AXIS - 4, y(v), c.muted, 12, "right");
  }
  x.strokeStyle = c.line;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(AXIS, y(0));
  x.lineTo(width - 6, y(0));
  x.stroke();
  x.strokeStyle = c.text;
  x.lineWidth = 1.5;
  x.beginPath();
  let isOpen = false;
  values.forEach((v, t) => {
    if (!Number.isFinite(v)) isOpen = false;
    else if (isOpen) x.lineTo(left(t), y(v));
    else {
      x.moveTo(left(t), y(v));
      isOpen = true;
    }
  });
  x.stroke();
}

/**
 * Sizes on a log axis, a dot each: filled where positive, hollow where negative.
 * @param {Pen} x
 * @param {Palette} c
 * @param {Float32Array} values
 * @param {CurveHeader["curves"][0]} curve
 * @param {Place} place
 * @param {string} note
 */
function drawSizes(x, c, values, { title, decades }, { left, top, high }, note) {
  const [first, depth] = decades;
  /** @param {number} v */
  const y = v => top + 18 + (1 - logLevel(Math.abs(v), decades)) * (high - 26);
  write(x, `${title} · ${note}`, AXIS, top + 8, c.gradient, 12, "left", 600);
  write(x, powerOf(first), AXIS - 4, top + 18, c.muted, 12, "right");
  write(x, powerOf(first - depth), AXIS - 4, top + high - 8, c.muted, 12, "right");
  const radius = clamp((left(1) - left(0)) / 3, 1, 3);
  x.strokeStyle = x.fillStyle = c.gradient;
  x.lineWidth = 1;
  values.forEach((v, t) => {
    if (!Number.isFinite(v) || v === 0) return;
    x.beginPath();
    x.arc(left(t), y(v), radius, 0, 2 * Math.PI);
    if (v > 0) x.fill();
    else x.stroke();
  });
}
