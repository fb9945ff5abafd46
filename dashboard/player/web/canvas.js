// Small helpers to draw on a canvas that is sharp on every screen.

import { breakText } from "./line_breaks.js";
import { localise } from "./numbers.js";

/** @import { Pen } from "./types.js" */

// Reading a size forces the browser to lay the page out again, so it is read only when it has changed.
/** @type {WeakMap<Element, [width: number, height: number]>} */
const sizes = new WeakMap();
const measured = new ResizeObserver(entries => {
  for (const { target } of entries) {
    sizes.set(target, [target.clientWidth, target.clientHeight]);
    target.dispatchEvent(new Event("resized", { bubbles: true }));
  }
});

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {[width: number, height: number]} px of the screen
 */
function sizeOf(canvas) {
  const known = sizes.get(canvas);
  if (known) return known;
  /** @type {[width: number, height: number]} */
  const size = [canvas.clientWidth, canvas.clientHeight];
  sizes.set(canvas, size);
  measured.observe(canvas);
  return size;
}

/**
 * Changes a text only where it differs: an unchanged page needs no new layout.
 * @param {Node} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * What a picture shows, in words for who cannot see it.
 * @param {Element} node
 * @param {string} text
 */
export function describe(node, text) {
  if (node.getAttribute("aria-label") !== text) node.setAttribute("aria-label", text);
}

// The page's type against the usual 16 pixels: larger on a projector. Drawings grow with it, their texts and
// lines as one, so a drawing's own pixels are so many of the screen's.
let growth = 1;
export const grown = () => growth;
export function grow() {
  growth = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}

/**
 * Where the pointer is on a canvas, in the drawing's own pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {MouseEvent} event
 * @returns {[px: number, py: number]}
 */
export function pointed(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) / growth, (event.clientY - box.top) / growth];
}

// While a picture is saved: the context to draw a canvas's content with, instead of on the screen.
/** @type {((canvas: HTMLCanvasElement) => Pen) | null} */
let paper = null;
/**
 * @param {(canvas: HTMLCanvasElement) => Pen} place
 * @param {() => void} redraw
 */
export function onPaper(place, redraw) {
  paper = place;
  try {
    redraw();
  } finally {
    paper = null;
  }
}

/**
 * A canvas's context; null only where a canvas has one of another kind already.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export const contextOf = (canvas, settings) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {[x: Pen, width: number, height: number]} the context, and the room in the drawing's own pixels
 */
export function prepare(canvas) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = sizeOf(canvas);
  if (paper) return [paper(canvas), width / growth, height / growth];
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const x = contextOf(canvas);
  x.setTransform(ratio * growth, 0, 0, ratio * growth, 0, 0);
  x.clearRect(0, 0, width, height);
  return [x, width / growth, height / growth];
}

/**
 * Numbers as an image of [columns, rows] pixels, one colour each; 0 is transparent.
 * @param {number} columns
 * @param {number} rows
 * @param {(pixels: Uint32Array) => void} paint
 */
export function imageOf(columns, rows, paint) {
  const image = new ImageData(columns, rows);
  paint(new Uint32Array(image.data.buffer));
  const buffer = new OffscreenCanvas(columns, rows);
  /** @type {OffscreenCanvasRenderingContext2D} */ (buffer.getContext("2d")).putImageData(
    image,
    0,
    0,
  );
  return buffer;
}

let font = "sans-serif";
/** @param {string} name */
export const useFont = name => {
  font = name;
};

/**
 * @param {Pen} x
 * @param {string} text
 * @param {number} left
 * @param {number} top of the text's middle
 * @param {string} colour
 * @param {number} size
 * @param {"left" | "center" | "right"} align
 * @param {number} weight
 */
export function write(x, text, left, top, colour, size = 13, align = "left", weight = 400) {
  x.fillStyle = colour;
  x.textAlign = align;
  x.textBaseline = "middle";
  x.font = `${weight} ${size}px ${font}`;
  x.fillText(text, left, top);
}

/**
 * A text that ends with an ellipsis where it is longer than its room.
 * @param {Pen} x
 * @param {string} text
 * @param {number} room px
 * @param {number} left
 * @param {number} top of the text's middle
 * @param {string} colour
 * @param {number} size
 * @param {"left" | "center" | "right"} align
 * @param {number} weight
 */
export function writeWithin(
  x,
  text,
  room,
  left,
  top,
  colour,
  size = 13,
  align = "left",
  weight = 400,
) {
  x.font = `${weight} ${size}px ${font}`;
  write(x, shorten(x, text, room), left, top, colour, size, align, weight);
}

/**
 * A text that fits, with an ellipsis in place of its end where it is longer.
 * @param {Pen} x
 * @param {string} text
 * @param {number} room px
 */
export function shorten(x, text, room) {
  let shown = text;
  while (shown.length > 2 && x.measureText(shown).width > room) shown = `${shown.slice(0, -2)}…`;
  return shown;
}

/**
 * A text in as many lines as it needs.
 * @param {Pen} x
 * @param {string} text
 * @param {number} room px
 * @param {number} left
 * @param {number} top of the first line's middle
 * @param {string} colour
 * @param {number} size
 * @param {number} weight
 * @returns {number} the height of all lines, px
 */
export function writeLines(x, text, room, left, top, colour, size = 13, weight = 400) {
  x.font = `${weight} ${size}px ${font}`;
  const lines = breakText(text, line => x.measureText(line).width <= room);
  const step = Math.round(1.3 * size);
  for (const [k, line] of lines.entries())
    write(x, line, left, top + k * step, colour, size, "left", weight);
  return lines.length * step;
}

/** @param {number} value */
export const short = value => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return localise(
    size >= 0.01 && size < 1000 ? Number(value.toPrecision(3)) : value.toExponential(1),
  );
};
