// Colours from the page's own theme, and the scales: signed (blue, background, orange), gates (background to ink),
// sizes (background to grey), gradients (violet, background, red). As in dashboard/common/theme.py.

import { contextOf, grow, grown, useFont } from "./canvas.js";

/** @param {string} text */
export const rgb = text => {
  const context = contextOf(document.createElement("canvas"));
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
};

/**
 * @param {number[]} a
 * @param {number[]} b
 * @param {number} t
 */
const mix = (a, b, t) => a.map((v, k) => Math.round(v + (b[k] - v) * t));

/**
 * A colour of a scale, as CSS writes it.
 * @param {number} packed
 */
const css = packed => `rgb(${packed & 255},${(packed >> 8) & 255},${(packed >> 16) & 255})`;

/** @param {number[]} colour */
const pack = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/**
 * Colours along the stops, as numbers for a Uint32Array of RGBA bytes.
 * @param {number[][]} stops
 * @param {number} count
 */
export function scale(stops, count = 256) {
  const table = new Uint32Array(256);
  for (let k = 0; k < count; k++) {
    const p = (k / (count - 1)) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(p));
    table[k] = pack(mix(stops[i], stops[i + 1], p - i));
  }
  return table;
}

/**
 * The colour of every byte of a map, see scales.js: its last is not a number.
 * @param {number[][]} stops
 * @param {number[]} lost
 * @param {[low: number[], high: number[]]} [beyond] of what lies beyond the scale, where it can
 */
function levelColours(stops, lost, beyond) {
  const table = scale(stops, 255);
  if (beyond) [table[0], table[254]] = beyond.map(pack);
  table[255] = pack(lost);
  return table;
}

/** @param {HTMLElement} root */
export function palette(root) {
  const style = getComputedStyle(root);
  /** @param {string} name */
  const read = name => style.getPropertyValue(name).trim();
  const background = read("--st-background-color") || "#ffffff";
  const text = read("--st-text-color") || "#111111";
  const paper = rgb(background);
  const ink = rgb(text);
  const dark = paper[0] + paper[1] + paper[2] < 384;
  useFont(read("--st-font") || "sans-serif");
  grow();
  const negative = dark ? [88, 168, 255] : [16, 96, 180];
  const positive = dark ? [255, 148, 56] : [217, 96, 10];
  const gradient = dark ? [255, 106, 88] : [192, 40, 31];
  const downhill = dark ? [150, 154, 255] : [68, 72, 176];
  const keep = dark ? [206, 200, 246] : [59, 53, 97];
  const gate = [mix(paper, keep, 0.06), keep];
  return {
    key: `${background} ${text} ${grown()}`,
    background,
    text,
    dark,
    accent: read("--st-primary-color") || "#0b62a4",
    muted: `rgb(${mix(paper, ink, 0.62)})`,
    line: `rgb(${mix(paper, ink, 0.16)})`,
    soft: `rgb(${mix(paper, ink, 0.06)})`,
    signed: scale([negative, paper, positive]),
    slopes: scale([downhill, paper, gradient]),
    gate: scale(gate),
    signedLevels: levelColours([negative, paper, positive], ink, [
      mix(negative, ink, 0.5),
      mix(positive, ink, 0.5),
    ]),
    slopeLevels: levelColours([downhill, paper, gradient], ink, [
      mix(downhill, ink, 0.5),
      mix(gradient, ink, 0.5),
    ]),
    gateLevels: levelColours(gate, ink),
    sequential: scale([mix(paper, ink, 0.06), mix(paper, ink, 0.72)]),
    css,
    positive: `rgb(${positive})`,
    negative: `rgb(${negative})`,
    gradient: `rgb(${gradient})`,
    wrong: dark ? "rgb(255,154,213)" : "rgb(156,31,107)", // of an answer
  };
}
