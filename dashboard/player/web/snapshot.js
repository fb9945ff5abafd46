// The page as one picture, given to the reader as PNG or SVG: its texts where they stand, and its canvases
// drawn once more by what draws them on the screen, so that lines and letters stay sharp at any size.

import { contextOf, grown, onPaper } from "./canvas.js";
import { element } from "./page.js";
import { fill } from "./sentences.js";
import { SvgContext } from "./svg_context.js";

/** @import { Palette, Pen, Strings } from "./types.js" */

/** @typedef {{ root: HTMLElement, colours: Palette, name: string, redraw(): void }} Picture of what is on the screen now */
/** @typedef {[text: string, left: number, middle: number]} TextLine */

const SHARP = 2;
const MARGIN = 16;
// Controls say nothing in a picture, but for what the sentence and the text field hold.
const UNSEEN =
  ".save, .choice select, button, option, input[type=range], .strip select, dialog, .keyless";

/**
 * Two buttons that save the view.
 * @param {Strings} S
 * @param {() => Picture} pictureNow
 */
export function saver(S, pictureNow) {
  /**
   * @param {string} kind
   * @param {(picture: Picture) => void} save
   */
  const button = (kind, save) => {
    const label = fill(S["picture as"], { kind });
    const made = element("button", { type: "button", "aria-label": label }, kind);
    made.onclick = () => save(pictureNow());
    return made;
  };
  const group = { class: "save", role: "group", "aria-label": S.picture };
  const title = element("small", {}, S.picture);
  return element("span", group, title, button("PNG", savePng), button("SVG", saveSvg));
}

/** @param {Picture} picture */
function savePng(picture) {
  const [width, height] = sizeOf(picture.root);
  const canvas = document.createElement("canvas");
  const x = contextOf(canvas);
  canvas.width = Math.round(width * SHARP);
  canvas.height = Math.round(height * SHARP);
  x.scale(SHARP, SHARP);
  paint(x, picture);
  canvas.toBlob(blob => blob && download(blob, `${picture.name}.png`));
}

/** @param {Picture} picture */
function saveSvg(picture) {
  const x = new SvgContext(...sizeOf(picture.root));
  paint(x, picture);
  download(new Blob([x.toString()], { type: "image/svg+xml" }), `${picture.name}.svg`);
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/[^\p{L}\p{N}._-]+/gu, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * From the line under the controls on, where there is one.
 * @param {HTMLElement} root
 */
const startOf = root =>
  (root.querySelector(".second, .triangle .map") || root).getBoundingClientRect().top;

/**
 * @param {HTMLElement} root
 * @returns {[width: number, height: number]}
 */
function sizeOf(root) {
  const box = root.getBoundingClientRect();
  return [box.width + 2 * MARGIN, box.bottom - startOf(root) + 2 * MARGIN];
}

/**
 * @param {Pen} x
 * @param {Picture} picture
 */
function paint(x, { root, colours, redraw }) {
  const [width, height] = sizeOf(root);
  const top = startOf(root);
  x.fillStyle = colours.background;
  x.fillRect(0, 0, Math.ceil(width), Math.ceil(height)); // a page may end between two pixels
  x.translate(MARGIN - root.getBoundingClientRect().left, MARGIN - top);
  /** @type {NodeListOf<HTMLElement>} */
  const nodes = root.querySelectorAll("*");
  for (const node of nodes)
    if (isShown(node) && node.getBoundingClientRect().top >= top - 1) drawNode(x, node);
  x.save();
  onPaper(canvas => {
    const box = canvas.getBoundingClientRect();
    x.restore();
    x.save();
    x.beginPath();
    x.rect(box.left, box.top, box.width, box.height);
    x.clip();
    x.translate(box.left, box.top);
    x.scale(grown(), grown());
    return x;
  }, redraw);
  x.restore();
}

/**
/**
 * A control, but for the name of what it opens; or what only a screen reader says.
 * @param {HTMLElement} node
 */
const isUnseen = node =>
  node.closest(".spoken") || (node.closest(UNSEEN) && !node.matches(".name .fold"));

/**
 * Whether an element is on the page: what is folded away has a place, but is not seen.
 * @param {HTMLElement} node
 */
const isShown = node => !isUnseen(node) && node.checkVisibility();

/**
 * What a control says: of others their texts are drawn.
 * @param {HTMLElement} node
 */
function chosenIn(node) {
  if (node instanceof HTMLInputElement) return node.value;
  return node instanceof HTMLSelectElement ? node.selectedOptions[0]?.text : "";
}

/**
 * An element's borders and texts.
 * @param {Pen} x
 * @param {HTMLElement} node
 */
function drawNode(x, node) {
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  if (!box.width || !box.height || style.visibility === "hidden" || style.opacity === "0") return;
  const chosen = chosenIn(node);
  if (chosen) {
    writeLines(x, [[chosen, box.left + 8, box.top + box.height / 2]], box, style, true);
    return;
  }
  const right = parseFloat(style.borderRightWidth);
  drawBorder(x, style.borderTopColor, [
    box.left,
    box.top,
    box.width,
    parseFloat(style.borderTopWidth),
  ]);
  drawBorder(x, style.borderRightColor, [box.right, box.top, -right, box.height]);
  if (node.tagName === "I")
    drawBorder(x, style.backgroundColor, [box.left, box.top, box.width, box.height]);
  const isCut = node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight;
  for (const child of node.childNodes)
    if (child instanceof Text) writeLines(x, linesOf(child), box, style, isCut);
}

/**
 * @param {Pen} x
 * @param {string} colour
 * @param {[left: number, top: number, width: number, height: number]} box
 */
function drawBorder(x, colour, [left, top, width, height]) {
  if (!width || !height) return;
  x.fillStyle = colour;
  x.fillRect(left, top, width, height);
}

/**
 * The lines of a text as the browser broke it.
 * @param {Text} node
 */
function linesOf(node) {
  const range = document.createRange();
  /** @type {TextLine[]} */
  const lines = [];
  let k = 0;
  for (const sign of node.data) {
    range.setStart(node, k);
    k += sign.length;
    range.setEnd(node, k);
    const { left, top, height, width } = range.getBoundingClientRect();
    if (!width) continue;
    const last = lines[lines.length - 1];
    const middle = top + height / 2;
    if (last && Math.abs(last[2] - middle) < height / 2) last[0] += sign;
    else lines.push([sign, left, middle]);
  }
  return lines;
}

/**
 * @param {Pen} x
 * @param {TextLine[]} lines
 * @param {DOMRect} box
 * @param {CSSStyleDeclaration} style
 * @param {boolean} isCut where the element ends, as it is longer
 */
function writeLines(x, lines, box, style, isCut) {
  x.save();
  if (isCut) {
    x.beginPath();
    x.rect(box.left - 1, box.top, box.width + 2, box.height);
    x.clip();
  }
  x.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  x.fillStyle = style.color;
  x.textAlign = "left";
  x.textBaseline = "middle";
  for (const [text, left, middle] of lines)
    if (!isCut || (middle > box.top && middle < box.bottom)) x.fillText(text, left, middle);
  x.restore();
}
