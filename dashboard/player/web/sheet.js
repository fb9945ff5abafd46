// A sheet to draw a curve on, from left to right, with the pointer or with the arrow keys: up and down set the height,
// left and right draw to there. What is drawn is told as 300 numbers from -1 to 1.

import { contextOf } from "./canvas.js";
import { clamp } from "./scales.js";

/** @import { Component } from "./types.js" */

/** @typedef {[place: number, value: number]} Spot */
/**
 * @typedef {object} Sheet
 * @property {HTMLCanvasElement} canvas
 * @property {(number | null)[]} values null: nothing is drawn there
 * @property {Spot | null} last where the pointer was, while it draws
 * @property {Spot} pen where the keys stand
 * @property {Spot} drawn where the keys have drawn to
 * @property {ReturnType<typeof setTimeout> | undefined} timer
 */

const POINTS = 300;
const STRIDE = 6; // places that an arrow key goes
const RISE = 0.1;
const REST_MS = 400; // after the last of many keys, the curve is told
const STYLE = {
  ...{ boxSizing: "border-box", width: "100%", height: "220px", display: "block" },
  ...{ touchAction: "none", cursor: "crosshair" },
  ...{ border: "1px solid currentColor", borderRadius: "6px" },
};
/** @type {Record<string, [right: number, up: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {WeakSet<Element>} */
const hosts = new WeakSet();

/** @param {Component<{ label: string }>} component */
export default function ({ parentElement, data, setStateValue }) {
  const host = /** @type {HTMLElement} */ (parentElement.querySelector(".host"));
  if (hosts.has(host)) return;
  hosts.add(host);
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", data?.label || "");
  Object.assign(canvas.style, STYLE);
  host.replaceChildren(canvas);
  /** @type {Sheet} */
  const sheet = {
    ...{ canvas, values: new Array(POINTS).fill(null), last: null },
    ...{ pen: [0, 0], drawn: [0, 0], timer: undefined },
  };
  const tell = () => setStateValue("curve", fillGaps(sheet.values));
  takePointer(sheet, tell);
  takeKeys(sheet, tell);
  canvas.onfocus = canvas.onblur = () => draw(sheet);
  new ResizeObserver(() => draw(sheet)).observe(canvas);
  draw(sheet);
}

/**
 * @param {Sheet} sheet
 * @param {() => void} tell
 */
function takePointer(sheet, tell) {
  const { canvas, values } = sheet;
  /**
   * @param {PointerEvent} event
   * @returns {Spot}
   */
  const spotOf = event => {
    const box = canvas.getBoundingClientRect();
    const place = Math.round(((event.clientX - box.left) / box.width) * (POINTS - 1));
    const value = 1 - 2 * ((event.clientY - box.top) / box.height);
    return [clamp(place, 0, POINTS - 1), clamp(value, -1, 1)];
  };
  canvas.onpointerdown = event => {
    canvas.setPointerCapture(event.pointerId);
    sheet.last = spotOf(event);
    values[sheet.last[0]] = sheet.last[1];
    draw(sheet);
  };
  canvas.onpointermove = event => {
    if (!sheet.last) return;
    const now = spotOf(event);
    drawLine(sheet, sheet.last, now);
    sheet.last = now;
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!sheet.last) return;
    sheet.pen = sheet.drawn = sheet.last;
    sheet.last = null;
    tell();
  };
}

/**
 * @param {Sheet} sheet
 * @param {() => void} tell
 */
function takeKeys(sheet, tell) {
  sheet.canvas.onkeydown = event => {
    const [right, up] = ARROWS[event.key] || [0, 0];
    if (!right && !up) return;
    event.preventDefault();
    const [place, value] = sheet.pen;
    sheet.pen = [clamp(place + right * STRIDE, 0, POINTS - 1), clamp(value + up * RISE, -1, 1)];
    if (!right) return draw(sheet);
    drawLine(sheet, sheet.drawn, sheet.pen);
    sheet.drawn = sheet.pen;
    clearTimeout(sheet.timer);
    sheet.timer = setTimeout(tell, REST_MS);
  };
}

/**
 * @param {Sheet} sheet
 * @param {Spot} from
 * @param {Spot} to
 */
function drawLine(sheet, [from, before], [to, value]) {
  const steps = Math.abs(to - from);
  for (let j = 0; j <= steps; j++) {
    const place = from + Math.sign(to - from) * j;
    sheet.values[place] = steps ? before + ((value - before) * j) / steps : value;
  }
  draw(sheet);
}

/** @param {Sheet} sheet */
function draw({ canvas, values, pen }) {
  const x = contextOf(canvas);
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  const ink = getComputedStyle(canvas).color;
  /** @param {number} place */
  const X = place => (place / (POINTS - 1)) * width;
  /** @param {number} value */
  const Y = value => ((1 - value) / 2) * height;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  x.scale(ratio, ratio);
  x.strokeStyle = ink;
  x.globalAlpha = 0.25;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(0, height / 2);
  x.lineTo(width, height / 2);
  x.stroke();
  x.globalAlpha = 1;
  x.lineWidth = 2.5;
  x.lineJoin = "round";
  x.beginPath();
  let isDrawing = false;
  for (const [place, value] of values.entries()) {
    if (value !== null && isDrawing) x.lineTo(X(place), Y(value));
    else if (value !== null) x.moveTo(X(place), Y(value));
    isDrawing = value !== null;
  }
  x.stroke();
  if (!canvas.matches(":focus-visible")) return;
  x.beginPath();
  x.arc(clamp(X(pen[0]), 6, width - 6), Y(pen[1]), 5, 0, 7);
  x.fillStyle = ink;
  x.fill();
}

/**
 * Gaps are bridged by straight lines, ends by their nearest value.
 * @param {(number | null)[]} values
 * @returns {number[]}
 */
function fillGaps(values) {
  const known = values.flatMap((v, k) => (v === null ? [] : [/** @type {Spot} */ ([k, v])]));
  return values.map((v, k) => {
    if (v !== null) return +v.toFixed(4);
    const next = known.findIndex(([j]) => j > k);
    const b = known[next < 0 ? known.length - 1 : next];
    const a = known[next < 0 ? known.length - 1 : Math.max(0, next - 1)];
    if (b[0] === a[0] || k < a[0]) return +a[1].toFixed(4);
    return +(a[1] + ((b[1] - a[1]) * (k - a[0])) / (b[0] - a[0])).toFixed(4);
  });
}
