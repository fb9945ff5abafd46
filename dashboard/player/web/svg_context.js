// A drawing context that writes SVG: what the drawings use of CanvasRenderingContext2D, and no more.
//
// Coordinates are transformed as they come, as on a canvas, so that the file holds plain numbers.
// One thing differs: under a scale that is not the same both ways, a stroke has one width all the same.

import { contextOf } from "./canvas.js";
import { round, SvgPath } from "./svg_path.js";
import { scratch } from "./svg_state.js";

/** @import { Bitmap } from "./types.js" */

/** @typedef {Record<string, string | number>} Attributes */

export class SvgContext extends SvgPath {
  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    super();
    this.size = [width, height];
    /** @type {string[]} */
    this.definitions = [];
    /** @type {string[]} */
    this.drawn = [];
    /** @type {string | null} */
    this.open = null; // the clip of the group that is written
  }

  fill() {
    this.put("path", { d: this.path.join(""), ...this.filled() });
  }
  stroke() {
    this.put("path", { d: this.path.join(""), ...this.stroked() });
  }
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  fillRect(x, y, w, h) {
    this.box(x, y, w, h, this.filled());
  }
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  strokeRect(x, y, w, h) {
    this.box(x, y, w, h, this.stroked());
  }
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {Attributes} look
   */
  box(x, y, w, h, look) {
    const [a, b, c, d, e, f] = this.state.matrix;
    if (![x, y, w, h].every(Number.isFinite)) return;
    if (b || c) {
      const { path, hasPoint } = this;
      this.beginPath();
      this.rect(x, y, w, h);
      this.put("path", { d: this.path.join(""), ...look });
      Object.assign(this, { path, hasPoint });
      return;
    }
    const [left, right] = [a * x + e, a * (x + w) + e];
    const [top, bottom] = [d * y + f, d * (y + h) + f];
    this.put("rect", {
      x: round(Math.min(left, right)),
      y: round(Math.min(top, bottom)),
      width: round(Math.abs(right - left)),
      height: round(Math.abs(bottom - top)),
      ...look,
    });
  }

  clip() {
    const id = `c${this.definitions.length}`;
    const inside = this.state.clip ? ` clip-path="url(#${this.state.clip})"` : "";
    const path = `<path d="${this.path.join("")}"/>`;
    this.definitions.push(`<clipPath id="${id}"${inside}>${path}</clipPath>`);
    this.set({ clip: id });
  }

  /**
   * A text keeps its width where its font is not at hand.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  fillText(text, x, y) {
    if (!text || ![x, y].every(Number.isFinite)) return;
    const { font, textAlign, textBaseline, matrix } = this.state;
    const [, weight = "400", size = "10", family = "sans-serif"] =
      /^(?:(\d+|bold) )?([\d.]+)px (.+)$/.exec(font) ?? [];
    const { width, lowered } = measure(text, font, textBaseline);
    const before = { center: width / 2, right: width }[String(textAlign)] ?? 0;
    const left = x - before;
    const base = y + lowered;
    const [a, b, c, d, e, f] = matrix;
    const isTurned = b || c;
    const scale = isTurned ? 1 : Math.hypot(a, b);
    const turn = `matrix(${matrix.map(v => +v.toFixed(5)).join(" ")})`;
    /** @type {Attributes} */
    const place = isTurned
      ? { transform: turn, x: round(left), y: round(base) }
      : { x: round(a * left + e), y: round(d * base + f) };
    const stretch = { textLength: round(width * scale), lengthAdjust: "spacingAndGlyphs" };
    const look = {
      ...place,
      "font-family": family,
      "font-size": round(+size * scale),
      "font-weight": weight,
      ...([...text].length > 1 ? stretch : {}),
      "xml:space": "preserve",
      ...this.filled(),
    };
    this.put("text", look, escaped(text));
  }

  /**
   * Pixels go in as they are.
   * @param {Bitmap} image
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  drawImage(image, x, y, w, h) {
    const { matrix, imageSmoothingEnabled, globalAlpha } = this.state;
    const [a, b, c, d, e, f] = matrix;
    const copy = document.createElement("canvas");
    copy.width = image.width;
    copy.height = image.height;
    contextOf(copy).drawImage(image, 0, 0);
    const sharp = { style: "image-rendering:pixelated", "image-rendering": "optimizeSpeed" };
    /** @type {Attributes} */
    const place =
      b || c
        ? { transform: `matrix(${matrix.join(" ")})`, x, y, width: w, height: h }
        : { x: round(a * x + e), y: round(d * y + f), width: round(a * w), height: round(d * h) };
    this.put("image", {
      ...place,
      preserveAspectRatio: "none",
      ...(imageSmoothingEnabled ? {} : sharp),
      ...(globalAlpha < 1 ? { opacity: globalAlpha } : {}),
      href: copy.toDataURL("image/png"),
    });
  }

  filled() {
    return look("fill", this.state.fillStyle, this.state.globalAlpha);
  }
  stroked() {
    const { matrix, dash, lineJoin, lineCap, lineWidth, strokeStyle, globalAlpha } = this.state;
    const [a, b, c, d] = matrix;
    const grown = Math.sqrt(Math.abs(a * d - b * c));
    /** @type {Attributes} */
    const more = {};
    if (dash.length) more["stroke-dasharray"] = dash.map(v => round(v * grown)).join(" ");
    if (lineJoin !== "miter") more["stroke-linejoin"] = lineJoin;
    if (lineCap !== "butt") more["stroke-linecap"] = lineCap;
    return {
      fill: "none",
      ...look("stroke", strokeStyle, globalAlpha),
      "stroke-width": round(lineWidth * grown),
      "stroke-miterlimit": 10,
      ...more,
    };
  }

  /**
   * @param {string} tag
   * @param {Attributes} attributes
   * @param {string} inside
   */
  put(tag, attributes, inside = "") {
    if (attributes.d === "") return;
    if (this.open !== this.state.clip) {
      if (this.open) this.drawn.push("</g>");
      this.open = this.state.clip;
      if (this.open) this.drawn.push(`<g clip-path="url(#${this.open})">`);
    }
    const written = Object.entries(attributes)
      .map(([name, value]) => ` ${name}="${escaped(value)}"`)
      .join("");
    this.drawn.push(inside ? `<${tag}${written}>${inside}</${tag}>` : `<${tag}${written}/>`);
  }

  toString() {
    const [width, height] = this.size.map(round);
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
      `<defs>${this.definitions.join("\n")}</defs>`,
      ...this.drawn,
      ...(this.open ? ["</g>"] : []),
      "</svg>\n",
    ].join("\n");
  }
}

/**
 * The width of a text, and how far below y an alphabetic baseline stands so that it is where `baseline` asks.
 * @param {string} text
 * @param {string} font
 * @param {CanvasTextBaseline} baseline
 */
function measure(text, font, baseline) {
  scratch.font = font;
  scratch.textBaseline = baseline;
  const asked = scratch.measureText("x").fontBoundingBoxAscent;
  scratch.textBaseline = "alphabetic";
  const plain = scratch.measureText("x").fontBoundingBoxAscent;
  return { width: scratch.measureText(text).width, lowered: plain - asked };
}

/** @type {Map<string, [hex: string, opacity: number]>} */
const known = new Map();

/**
 * Of a colour: #rrggbb and the opacity, which every program that reads SVG knows.
 * @param {"fill" | "stroke"} kind
 * @param {string} colour
 * @param {number} alpha
 * @returns {Attributes}
 */
function look(kind, colour, alpha) {
  const [hex, own] = known.get(colour) ?? readColour(colour);
  const opacity = own * alpha;
  return opacity < 1 ? { [kind]: hex, [`${kind}-opacity`]: +opacity.toFixed(3) } : { [kind]: hex };
}

/**
 * @param {string} colour
 * @returns {[hex: string, opacity: number]}
 */
function readColour(colour) {
  scratch.clearRect(0, 0, 1, 1);
  scratch.fillStyle = colour;
  scratch.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = scratch.getImageData(0, 0, 1, 1).data;
  const hex = [r, g, b].map(v => v.toString(16).padStart(2, "0")).join("");
  known.set(colour, [`#${hex}`, a / 255]);
  return [`#${hex}`, a / 255];
}

/** @type {Record<string, string>} */
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
// What XML cannot hold: lone surrogates, and control characters but tabs and the ends of lines.
const FORBIDDEN = /[\p{Cs}\ufffe\uffff]|(?![\t\n\r\x7f-\x9f])\p{Cc}/gu;

/**
 * What a reader typed stays text; what XML cannot hold becomes a replacement sign.
 * @param {string | number} text
 */
export const escaped = text =>
  String(text)
    .replace(FORBIDDEN, "\ufffd")
    .replace(/[&<>"']/g, sign => SIGNS[sign]);
