// A drawing context that writes SVG: what the drawings use of CanvasRenderingContext2D, and no more.
//
// Coordinates are transformed as they come, as on a canvas, so that the file holds plain numbers. Colours,
// fonts and widths of texts are read by a real context: what it does not understand is passed over here too.
// One thing differs: under a scale that is not the same both ways, a stroke has one width all the same.

const scratch = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const round = v => +v.toFixed(2);
const known = new Map(); // colour -> its attributes

export class SvgContext {
  constructor(width, height) {
    this.size = [width, height];
    this.definitions = [];
    this.drawn = [];
    this.open = null; // the clip of the group that is written
    this.stack = [];
    this.state = {
      matrix: [1, 0, 0, 1, 0, 0], clip: null, fillStyle: "#000000", strokeStyle: "#000000", lineWidth: 1, dash: [], globalAlpha: 1,
      font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic", imageSmoothingEnabled: true, lineJoin: "miter", lineCap: "butt",
    };
    this.beginPath();
  }

  save() { this.stack.push({ ...this.state }); }
  restore() { this.state = this.stack.pop() || this.state; }

  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.state.matrix;
    this.state.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }
  translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
  scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
  rotate(angle) { this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0); }

  setLineDash(dash) { this.state.dash = [...dash]; }
  measureText(text) { scratch.font = this.state.font; return scratch.measureText(text); }

  // Paths.
  beginPath() { this.path = []; this.pen = null; }
  at(x, y) { const [a, b, c, d, e, f] = this.state.matrix; return `${round(a * x + c * y + e)} ${round(b * x + d * y + f)}`; }
  add(letter, ...numbers) {
    if (!numbers.every(Number.isFinite)) return;
    const points = [];
    for (let k = 0; k < numbers.length; k += 2) points.push(this.at(numbers[k], numbers[k + 1]));
    this.path.push(letter + points.join(" "));
    this.pen = numbers.slice(-2);
  }
  moveTo(x, y) { this.add("M", x, y); }
  lineTo(x, y) { this.add(this.pen ? "L" : "M", x, y); }
  bezierCurveTo(...numbers) { if (!this.pen) this.moveTo(numbers[0], numbers[1]); this.add("C", ...numbers); }
  closePath() { if (this.pen) this.path.push("Z"); }
  rect(x, y, w, h) { this.moveTo(x, y); this.lineTo(x + w, y); this.lineTo(x + w, y + h); this.lineTo(x, y + h); this.closePath(); }
  arc(x, y, radius, from, to) { // clockwise, in quarters at most
    if (![x, y, radius, from, to].every(Number.isFinite)) return;
    const whole = Math.min(to - from, 2 * Math.PI), parts = Math.max(1, Math.ceil(whole / (Math.PI / 2) - 1e-9)), step = whole / parts, arm = (4 / 3) * Math.tan(step / 4) * radius;
    this.lineTo(x + radius * Math.cos(from), y + radius * Math.sin(from));
    for (let k = 0, a = from; k < parts; k++, a += step) {
      const b = a + step, [p, q, r, s] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
      this.bezierCurveTo(x + radius * p - arm * q, y + radius * q + arm * p, x + radius * r + arm * s, y + radius * s - arm * r, x + radius * r, y + radius * s);
    }
  }
  roundRect(x, y, w, h, size) {
    const r = Math.max(0, Math.min(size, w / 2, h / 2)), quarter = Math.PI / 2;
    this.moveTo(x + r, y);
    this.arc(x + w - r, y + r, r, -quarter, 0);
    this.arc(x + w - r, y + h - r, r, 0, quarter);
    this.arc(x + r, y + h - r, r, quarter, 2 * quarter);
    this.arc(x + r, y + r, r, 2 * quarter, 3 * quarter);
    this.closePath();
  }

  fill() { this.put("path", { d: this.path.join(""), ...this.filled() }); }
  stroke() { this.put("path", { d: this.path.join(""), ...this.stroked() }); }
  fillRect(x, y, w, h) { this.box(x, y, w, h, this.filled()); }
  strokeRect(x, y, w, h) { this.box(x, y, w, h, this.stroked()); }
  box(x, y, w, h, look) {
    const [a, b, c, d, e, f] = this.state.matrix;
    if (![x, y, w, h].every(Number.isFinite)) return;
    if (b || c) { // turned
      const kept = [this.path, this.pen];
      this.beginPath(); this.rect(x, y, w, h);
      this.put("path", { d: this.path.join(""), ...look });
      [this.path, this.pen] = kept;
      return;
    }
    const [left, right] = [a * x + e, a * (x + w) + e], [top, bottom] = [d * y + f, d * (y + h) + f];
    this.put("rect", { x: round(Math.min(left, right)), y: round(Math.min(top, bottom)), width: round(Math.abs(right - left)), height: round(Math.abs(bottom - top)), ...look });
  }

  clip() {
    const id = `c${this.definitions.length}`, inside = this.state.clip ? ` clip-path="url(#${this.state.clip})"` : "";
    this.definitions.push(`<clipPath id="${id}"${inside}><path d="${this.path.join("")}"/></clipPath>`);
    this.state.clip = id;
  }

  // A text keeps its width where its font is not at hand.
  fillText(text, x, y) {
    const s = this.state, [, weight = "400", size, family] = /^(?:(\d+|bold) )?([\d.]+)px (.+)$/.exec(s.font) || [, "400", "10", "sans-serif"];
    if (!text || ![x, y].every(Number.isFinite)) return;
    scratch.font = s.font;
    scratch.textBaseline = s.textBaseline;
    const asked = scratch.measureText("x").fontBoundingBoxAscent;
    scratch.textBaseline = "alphabetic";
    const plain = scratch.measureText("x").fontBoundingBoxAscent, { width } = scratch.measureText(text);
    const left = x - (s.textAlign === "center" ? width / 2 : s.textAlign === "right" ? width : 0), base = y + plain - asked;
    const [a, b, c, d, e, f] = s.matrix, grown = Math.hypot(a, b);
    const place = b || c ? { transform: `matrix(${[a, b, c, d, e, f].map(v => +v.toFixed(5)).join(" ")})`, x: round(left), y: round(base) } : { x: round(a * left + e), y: round(d * base + f) };
    const scale = b || c ? 1 : grown, length = [...text].length > 1 ? { textLength: round(width * scale), lengthAdjust: "spacingAndGlyphs" } : {};
    this.put("text", { ...place, "font-family": family, "font-size": round(size * scale), "font-weight": weight, ...length, "xml:space": "preserve", ...this.filled() }, escaped(text));
  }

  // Pixels go in as they are.
  drawImage(image, x, y, w, h) {
    const copy = document.createElement("canvas"), [a, b, c, d, e, f] = this.state.matrix;
    copy.width = image.width; copy.height = image.height;
    copy.getContext("2d").drawImage(image, 0, 0);
    const sharp = this.state.imageSmoothingEnabled ? {} : { style: "image-rendering:pixelated", "image-rendering": "optimizeSpeed" };
    const place = b || c ? { transform: `matrix(${this.state.matrix.join(" ")})`, x, y, width: w, height: h } : { x: round(a * x + e), y: round(d * y + f), width: round(a * w), height: round(d * h) };
    const alpha = this.state.globalAlpha < 1 ? { opacity: this.state.globalAlpha } : {};
    this.put("image", { ...place, preserveAspectRatio: "none", ...sharp, ...alpha, href: copy.toDataURL("image/png") });
  }

  filled() { return look("fill", this.state.fillStyle, this.state.globalAlpha); }
  stroked() {
    const s = this.state, [a, b, c, d] = s.matrix, grown = Math.sqrt(Math.abs(a * d - b * c)), more = {};
    if (s.dash.length) more["stroke-dasharray"] = s.dash.map(v => round(v * grown)).join(" ");
    if (s.lineJoin !== "miter") more["stroke-linejoin"] = s.lineJoin;
    if (s.lineCap !== "butt") more["stroke-linecap"] = s.lineCap;
    return { fill: "none", ...look("stroke", s.strokeStyle, s.globalAlpha), "stroke-width": round(s.lineWidth * grown), "stroke-miterlimit": 10, ...more };
  }

  put(tag, attributes, inside = "") {
    if (attributes.d === "") return;
    if (this.open !== this.state.clip) {
      if (this.open) this.drawn.push("</g>");
      this.open = this.state.clip;
      if (this.open) this.drawn.push(`<g clip-path="url(#${this.open})">`);
    }
    const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
    this.drawn.push(inside ? `<${tag}${said}>${inside}</${tag}>` : `<${tag}${said}/>`);
  }

  toString() {
    const [width, height] = this.size.map(round);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n`
      + `<defs>${this.definitions.join("\n")}</defs>\n${this.drawn.join("\n")}${this.open ? "\n</g>" : ""}\n</svg>\n`;
  }
}

// As on a canvas: what is not a colour, a font or a number changes nothing.
for (const name of ["fillStyle", "strokeStyle", "font"])
  Object.defineProperty(SvgContext.prototype, name, {
    get() { return this.state[name]; },
    set(value) { scratch[name] = this.state[name]; scratch[name] = value; this.state[name] = scratch[name]; },
  });
for (const name of ["textAlign", "textBaseline", "imageSmoothingEnabled", "lineJoin", "lineCap"])
  Object.defineProperty(SvgContext.prototype, name, { get() { return this.state[name]; }, set(value) { this.state[name] = value; } });
for (const [name, fits] of [["lineWidth", v => v > 0 && v < Infinity], ["globalAlpha", v => v >= 0 && v <= 1]])
  Object.defineProperty(SvgContext.prototype, name, { get() { return this.state[name]; }, set(value) { if (fits(value)) this.state[name] = value; } });

// Of a colour: #rrggbb and the opacity, which every program that reads SVG knows.
function look(kind, colour, alpha) {
  if (!known.has(colour)) {
    scratch.clearRect(0, 0, 1, 1);
    scratch.fillStyle = colour;
    scratch.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = scratch.getImageData(0, 0, 1, 1).data;
    known.set(colour, [`#${[r, g, b].map(v => v.toString(16).padStart(2, "0")).join("")}`, a / 255]);
  }
  const [hex, own] = known.get(colour), opacity = own * alpha;
  return opacity < 1 ? { [kind]: hex, [`${kind}-opacity`]: +opacity.toFixed(3) } : { [kind]: hex };
}

// What a reader typed stays text; what XML cannot hold becomes a replacement sign.
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escaped = text => String(text).replace(/[\p{Cs}\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/gu, "\ufffd").replace(/[&<>"']/g, sign => SIGNS[sign]);
