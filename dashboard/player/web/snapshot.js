// The page as one picture, given to the reader as PNG or SVG: its texts where they stand, and its canvases
// drawn once more by what draws them on the screen, so that lines and letters stay sharp at any size.

import { grown, onPaper } from "./canvas.js";
import { SvgContext } from "./svg_context.js";
import { element } from "./page.js";

const SHARP = 2, MARGIN = 16;
const UNSEEN = ".save, button, option, input[type=range], .slow, .speed, .keyless"; // controls say nothing in a picture

// Two buttons that save the view. shown(): {root, colours, name, redraw} of what is on the screen now.
export function saver(S, shown) {
  const button = (kind, save) => {
    const made = element("button", { type: "button", "aria-label": `${S.picture}: ${kind}` }, kind);
    made.onclick = () => save(shown());
    return made;
  };
  return element("span", { class: "save", role: "group", "aria-label": S.picture }, element("small", {}, S.picture), button("PNG", savePng), button("SVG", saveSvg));
}

function savePng(view) {
  const [width, height] = size(view.root), canvas = document.createElement("canvas"), x = canvas.getContext("2d");
  canvas.width = Math.round(width * SHARP);
  canvas.height = Math.round(height * SHARP);
  x.scale(SHARP, SHARP);
  paint(x, view);
  canvas.toBlob(blob => give(blob, `${view.name}.png`));
}

function saveSvg(view) {
  const x = new SvgContext(...size(view.root));
  paint(x, view);
  give(new Blob([x.toString()], { type: "image/svg+xml" }), `${view.name}.svg`);
}

export function give(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/[^\p{L}\p{N}._-]+/gu, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// From the line under the controls on, where there is one.
const start = root => (root.querySelector(".second") || root).getBoundingClientRect().top;

function size(root) {
  const box = root.getBoundingClientRect();
  return [box.width + 2 * MARGIN, box.bottom - start(root) + 2 * MARGIN];
}

function paint(x, { root, colours, redraw }) {
  const [width, height] = size(root), top = start(root);
  x.fillStyle = colours.background;
  x.fillRect(0, 0, width, height);
  x.translate(MARGIN - root.getBoundingClientRect().left, MARGIN - top);
  for (const node of root.querySelectorAll("*")) if (!node.closest(UNSEEN) && node.getBoundingClientRect().top >= top - 1) draw(x, node);
  x.save();
  onPaper(canvas => {
    const box = canvas.getBoundingClientRect();
    x.restore(); x.save();
    x.beginPath(); x.rect(box.left, box.top, box.width, box.height); x.clip();
    x.translate(box.left, box.top);
    x.scale(grown(), grown());
    return x;
  }, redraw);
  x.restore();
}

function draw(x, node) {
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  if (!box.width || !box.height || style.visibility === "hidden") return;
  const chosen = node.tagName === "INPUT" ? node.value : node.tagName === "SELECT" ? node.selectedOptions[0]?.text : null;
  if (chosen) return write(x, [[chosen, box.left + 8, box.top + box.height / 2]], node, box, style, true);
  border(x, style.borderTopColor, box.left, box.top, box.width, parseFloat(style.borderTopWidth));
  border(x, style.borderRightColor, box.right, box.top, -parseFloat(style.borderRightWidth), box.height);
  if (node.tagName === "I") border(x, style.backgroundColor, box.left, box.top, box.width, box.height);
  for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) write(x, lines(child), node, box, style, node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight);
}

function border(x, colour, left, top, width, height) {
  if (!width || !height) return;
  x.fillStyle = colour;
  x.fillRect(left, top, width, height);
}

// The lines of a text as the browser broke it: [text, left, middle].
function lines(node) {
  const range = document.createRange(), found = [];
  let k = 0;
  for (const sign of node.data) {
    range.setStart(node, k); range.setEnd(node, k += sign.length);
    const { left, top, height, width } = range.getBoundingClientRect();
    if (!width) continue;
    const last = found[found.length - 1], middle = top + height / 2;
    if (last && Math.abs(last[2] - middle) < height / 2) last[0] += sign;
    else found.push([sign, left, middle]);
  }
  return found;
}

// Cut off where its element is, if it is longer.
function write(x, found, node, box, style, cut) {
  x.save();
  if (cut) { x.beginPath(); x.rect(box.left - 1, box.top, box.width + 2, box.height); x.clip(); }
  x.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  x.fillStyle = style.color;
  x.textAlign = "left";
  x.textBaseline = "middle";
  for (const [text, left, middle] of found) if (!cut || (middle > box.top && middle < box.bottom)) x.fillText(text, left, middle);
  x.restore();
}
