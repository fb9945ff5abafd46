// The paths of a drawing context, as SVG writes them: transformed as they come.

import { DrawingState } from "./svg_state.js";

/** @param {number} v */
export const round = v => +v.toFixed(2);

export class SvgPath extends DrawingState {
  constructor() {
    super();
    /** @type {string[]} */
    this.path = [];
    this.hasPoint = false;
  }

  beginPath() {
    this.path = [];
    this.hasPoint = false;
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const [a, b, c, d, e, f] = this.state.matrix;
    return `${round(a * x + c * y + e)} ${round(b * x + d * y + f)}`;
  }
  /**
   * @param {string} letter
   * @param {number[]} numbers
   */
  add(letter, ...numbers) {
    if (!numbers.every(Number.isFinite)) return;
    const points = [];
    for (let k = 0; k < numbers.length; k += 2) points.push(this.at(numbers[k], numbers[k + 1]));
    this.path.push(letter + points.join(" "));
    this.hasPoint = true;
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  moveTo(x, y) {
    this.add("M", x, y);
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  lineTo(x, y) {
    this.add(this.hasPoint ? "L" : "M", x, y);
  }
  /** @param {[number, number, number, number, number, number]} points two that pull, and the end */
  bezierCurveTo(...points) {
    if (!this.hasPoint) this.moveTo(points[0], points[1]);
    this.add("C", ...points);
  }
  closePath() {
    if (this.hasPoint) this.path.push("Z");
  }
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  rect(x, y, w, h) {
    this.moveTo(x, y);
    this.lineTo(x + w, y);
    this.lineTo(x + w, y + h);
    this.lineTo(x, y + h);
    this.closePath();
  }
  /**
   * Clockwise, in quarters at most.
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {number} from
   * @param {number} to
   */
  arc(x, y, radius, from, to) {
    if (![x, y, radius, from, to].every(Number.isFinite)) return;
    const whole = Math.min(to - from, 2 * Math.PI);
    const parts = Math.max(1, Math.ceil(whole / (Math.PI / 2) - 1e-9));
    const step = whole / parts;
    const arm = (4 / 3) * Math.tan(step / 4) * radius;
    this.lineTo(x + radius * Math.cos(from), y + radius * Math.sin(from));
    for (let k = 0, a = from; k < parts; k++, a += step) {
      const b = a + step;
      const [p, q, r, s] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
      this.bezierCurveTo(
        x + radius * p - arm * q,
        y + radius * q + arm * p,
        x + radius * r + arm * s,
        y + radius * s - arm * r,
        x + radius * r,
        y + radius * s,
      );
    }
  }
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {number} size
   */
  roundRect(x, y, w, h, size) {
    const r = Math.max(0, Math.min(size, w / 2, h / 2));
    const quarter = Math.PI / 2;
    this.moveTo(x + r, y);
    this.arc(x + w - r, y + r, r, -quarter, 0);
    this.arc(x + w - r, y + h - r, r, 0, quarter);
    this.arc(x + r, y + h - r, r, quarter, 2 * quarter);
    this.arc(x + r, y + r, r, 2 * quarter, 3 * quarter);
    this.closePath();
  }
}
