// The two colour scales and their ends.

import { prepare, write } from "./canvas.js";
import { powerOf } from "./scales.js";

/** @import { Decades, Palette, Show } from "./types.js" */

/** @type {WeakMap<HTMLCanvasElement, string>} */
const drawnAs = new WeakMap();

/**
 * The next call draws the legend again, whatever has changed.
 * @param {HTMLCanvasElement} canvas
 */
export const forgetLegend = canvas => drawnAs.delete(canvas);

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ colours: Palette, show: Show, gates: boolean, decades: Decades, lost?: string }} shown
 *   lost: what to call the colour of what is not finite, "" where everything is
 */
export function drawLegend(canvas, { colours: c, show, gates, decades: scale, lost = "" }) {
  const [top, decades] = scale;
  const key = `${c.key} ${show} ${gates} ${scale} ${lost}`;
  if (drawnAs.get(canvas) === key) return; // nothing of it has changed
  drawnAs.set(canvas, key);
  const [x, whole] = prepare(canvas);
  const width = whole - (lost ? 52 : 0);
  /**
   * @param {number} left
   * @param {number} wide
   * @param {Uint32Array} table
   * @param {[low: string, middle: string, high: string]} ends
   */
  const strip = (left, wide, table, [low, middle, high]) => {
    for (let k = 0; k < wide; k++) {
      x.fillStyle = c.css(table[Math.round((255 * k) / wide)]);
      x.fillRect(left + k, 0, 1.5, 9);
    }
    x.strokeStyle = c.line;
    x.strokeRect(left, 0, wide, 9);
    write(x, low, left, 17, c.muted, 11);
    write(x, middle, left + wide / 2, 17, c.muted, 11, "center");
    write(x, high, left + wide, 17, c.muted, 11, "right");
  };
  if (lost) {
    x.fillStyle = c.text;
    x.fillRect(whole - 44, 0, 44, 9);
    write(x, lost, whole, 17, c.muted, 11, "right");
  }
  if (show === "gradients") {
    const end = powerOf(top);
    /** @type {[string, string, string]} */
    const ends = [`−${end}`, `±${powerOf(top - decades)}`, `+${end}`];
    strip(0, width, c.slopes, ends);
    return;
  }
  const half = gates ? width / 2 : width;
  strip(0, half - 10, c.signed, ["−", "0", "+"]);
  if (gates) strip(half + 4, half - 6, c.gate, ["0", "½", "1"]);
}
