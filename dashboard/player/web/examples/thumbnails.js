// Pictures of real runs in small, from one file that `python -m benchmarks learning.thumbnails` writes.

/** @import { Palette, Thumbnail } from "../types.js" */

const GAP = 1; // between the states and the gate

/** @type {Promise<Record<string, Thumbnail>> | null} */
let loading = null;

/**
 * Loaded when they are first needed; none where they cannot be.
 * @returns {Promise<Record<string, Thumbnail>>}
 */
export function loadThumbnails() {
  loading ??= fetch(new URL("thumbnails.json", import.meta.url))
    .then(response => (response.ok ? response.json() : {}))
    .catch(() => {
      loading = null; // another time, perhaps
      return {};
    });
  return loading;
}

/** @param {string} text base64 */
export const bytesOf = text => Uint8Array.from(atob(text), sign => sign.charCodeAt(0));

/**
 * The states above, signed; below them the gate that carries the state, for a cell that has one.
 * @param {HTMLCanvasElement} canvas
 * @param {Thumbnail | undefined} thumbnail
 * @param {Palette} colours
 */
export function drawThumbnail(canvas, thumbnail, colours) {
  const context = canvas.getContext("2d");
  if (!thumbnail || !context) return;
  const { T, H, G } = thumbnail;
  canvas.width = T;
  canvas.height = H + (G ? GAP + G : 0);
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  paint(pixels, bytesOf(thumbnail.h), T, H, 0, colours.signed);
  if (G) paint(pixels, bytesOf(thumbnail.gate), T, G, H + GAP, colours.gate);
  context.putImageData(image, 0, 0);
}

/**
 * A row for each unit, a column for each step.
 * @param {Uint32Array} pixels
 * @param {Uint8Array} values [T * units]
 * @param {number} T
 * @param {number} units
 * @param {number} top the first row
 * @param {Uint32Array} scale
 */
export function paint(pixels, values, T, units, top, scale) {
  for (let t = 0; t < T; t++)
    for (let u = 0; u < units; u++) pixels[(top + u) * T + t] = scale[values[t * units + u]];
}
