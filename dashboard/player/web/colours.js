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

/**
 * 256 colours along the stops, as numbers for a Uint32Array of RGBA bytes.
 * @param {number[][]} stops
 */
export function scale(stops) {
  const table = new Uint32Array(256);
  for (let k = 0; k < 256; k++) {
    const p = (k / 255) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(p));
    const [r, g, b] = mix(stops[i], stops[i + 1], p - i);
    table[k] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
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
    gate: scale([mix(paper, ink, 0.04), dark ? [250, 214, 120] : [122, 62, 0]]),
    sequential: scale([mix(paper, ink, 0.06), negative]),
    css,
    positive: `rgb(${positive})`,
    negative: `rgb(${negative})`,
  };
}
