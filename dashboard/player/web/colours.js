// Colours from the page's own theme, and the two scales: signed (blue, background, red), gates (empty to ink).

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
  const negative = dark ? [88, 156, 255] : [18, 78, 170];
  const positive = dark ? [255, 104, 84] : [190, 30, 36];
  // As OPEN in dashboard/common/theme.py, over this background.
  const gate = [mix(paper, [127, 127, 127], 0.07), mix(paper, [190, 112, 20], 0.55), [176, 96, 0]];
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
    gate: scale(gate),
    signedLevels: levelColours([negative, paper, positive], ink, [
      mix(negative, ink, 0.5),
      mix(positive, ink, 0.5),
    ]),
    gateLevels: levelColours(gate, ink),
    sequential: scale([mix(paper, ink, 0.06), negative]),
    css,
    positive: `rgb(${positive})`,
    negative: `rgb(${negative})`,
  };
}
