// The state of a drawing context, as a canvas keeps it: the transform, the clip, colours, fonts and lines.
//
// Colours, fonts and widths of texts are read by a real context: what it does not understand is passed over here too.

import { contextOf } from "./canvas.js";

/** @typedef {[a: number, b: number, c: number, d: number, e: number, f: number]} Matrix */

export const scratch = contextOf(document.createElement("canvas"), { willReadFrequently: true });

const STATE = {
  matrix: /** @type {Matrix} */ ([1, 0, 0, 1, 0, 0]),
  clip: /** @type {string | null} */ (null),
  dash: /** @type {number[]} */ ([]),
  fillStyle: /** @type {string} */ ("#000000"),
  strokeStyle: /** @type {string} */ ("#000000"),
  font: "10px sans-serif",
  lineWidth: 1,
  globalAlpha: 1,
  textAlign: /** @type {CanvasTextAlign} */ ("start"),
  textBaseline: /** @type {CanvasTextBaseline} */ ("alphabetic"),
  lineJoin: /** @type {CanvasLineJoin} */ ("miter"),
  lineCap: /** @type {CanvasLineCap} */ ("butt"),
  imageSmoothingEnabled: true,
};

/**
 * As on a canvas: what is not a colour or a font changes nothing.
 * @param {"fillStyle" | "strokeStyle" | "font"} name
 * @param {string} before
 * @param {string} value
 */
function understood(name, before, value) {
  scratch[name] = before;
  scratch[name] = value;
  return String(scratch[name]);
}

export class DrawingState {
  constructor() {
    this.state = STATE;
    /** @type {(typeof STATE)[]} */
    this.stack = [];
  }

  save() {
    this.stack.push(this.state);
  }
  restore() {
    this.state = this.stack.pop() || this.state;
  }

  /** @param {Partial<typeof STATE>} change */
  set(change) {
    this.state = { ...this.state, ...change };
  }

  /** @param {Matrix} matrix */
  transform(...[a, b, c, d, e, f]) {
    const [A, B, C, D, E, F] = this.state.matrix;
    const linear = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d];
    const moved = [A * e + C * f + E, B * e + D * f + F];
    this.set({ matrix: /** @type {Matrix} */ ([...linear, ...moved]) });
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  translate(x, y) {
    this.transform(1, 0, 0, 1, x, y);
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  scale(x, y) {
    this.transform(x, 0, 0, y, 0, 0);
  }
  /** @param {number} angle */
  rotate(angle) {
    this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0);
  }

  /** @param {Iterable<number>} dash */
  setLineDash(dash) {
    this.set({ dash: [...dash] });
  }
  /** @param {string} text */
  measureText(text) {
    scratch.font = this.state.font;
    return scratch.measureText(text);
  }

  get fillStyle() {
    return this.state.fillStyle;
  }
  set fillStyle(value) {
    this.set({ fillStyle: understood("fillStyle", this.state.fillStyle, value) });
  }

  get strokeStyle() {
    return this.state.strokeStyle;
  }
  set strokeStyle(value) {
    this.set({ strokeStyle: understood("strokeStyle", this.state.strokeStyle, value) });
  }

  get font() {
    return this.state.font;
  }
  set font(value) {
    this.set({ font: understood("font", this.state.font, value) });
  }

  get textAlign() {
    return this.state.textAlign;
  }
  set textAlign(value) {
    this.set({ textAlign: value });
  }

  get textBaseline() {
    return this.state.textBaseline;
  }
  set textBaseline(value) {
    this.set({ textBaseline: value });
  }

  get lineJoin() {
    return this.state.lineJoin;
  }
  set lineJoin(value) {
    this.set({ lineJoin: value });
  }

  get lineCap() {
    return this.state.lineCap;
  }
  set lineCap(value) {
    this.set({ lineCap: value });
  }

  get imageSmoothingEnabled() {
    return this.state.imageSmoothingEnabled;
  }
  set imageSmoothingEnabled(value) {
    this.set({ imageSmoothingEnabled: value });
  }

  get lineWidth() {
    return this.state.lineWidth;
  }
  set lineWidth(value) {
    if (value > 0 && value < Infinity) this.set({ lineWidth: value });
  }

  get globalAlpha() {
    return this.state.globalAlpha;
  }
  set globalAlpha(value) {
    if (value >= 0 && value <= 1) this.set({ globalAlpha: value });
  }
}
