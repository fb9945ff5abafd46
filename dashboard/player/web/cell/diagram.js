// The cell as an SVG: wires in the colours of their quantities, then the operations on top of them.

import { textOf, wordsOf } from "./numbers.js";
import { enter, halfOf, pathOf, scaleOf } from "./shapes.js";

/** @import { CellNode, CellView, CellWire } from "./cell_types.js" */
/** @import { Place, Scale } from "./shapes.js" */

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 */
function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * The drawing for the present width; the same one where nothing has changed.
 * @param {CellView} view
 * @param {(quantity: string) => void} pick
 */
export function drawDiagram(view, pick) {
  const { data, parts } = view;
  if (!parts) return;
  const width = parts.drawing.clientWidth;
  if (!width) return;
  const scale = scaleOf(data, width);
  const standing = `${data.run} ${data.cell} ${width} ${scale.wide}`;
  if (view.standing === standing) return;
  view.standing = standing;
  view.texts.clear();
  const nodes = new Map(data.nodes.map(node => [node.id, node]));
  const box = `0 0 ${scale.width} ${scale.height}`;
  const size = { viewBox: box, width: scale.width, height: scale.height };
  const root = svg("svg", { class: "cell-diagram", role: "img", ...size });
  for (const wire of data.wires) root.append(drawWire(view, wire, nodes, scale, pick));
  for (const node of data.nodes) root.append(drawNode(node, scale, pick));
  for (const wire of data.wires) root.append(drawLabel(view, wire, nodes, scale, pick));
  parts.drawing.replaceChildren(root);
}

/**
 * @param {CellView} view
 * @param {CellWire} wire
 * @param {Map<string, CellNode>} nodes
 * @param {Scale} scale
 * @param {(quantity: string) => void} pick
 */
function drawWire(view, wire, nodes, scale, pick) {
  const source = /** @type {CellNode} */ (nodes.get(wire.source));
  const group = svg("g", { class: wire.carried ? "wire carried" : "wire" });
  group.dataset.source = wire.source;
  group.dataset.quantity = wire.quantity || source.quantity;
  if (wire.colour) group.style.setProperty("--hue", wire.colour);
  wire.pieces.forEach((piece, k) => {
    const points = piece.map(scale.at);
    const target = nearest(view, piece[piece.length - 1]);
    if (k === 0) points.unshift(scale.at(source.at));
    const { line, tip } = enter(points, scale.at(target.at), halfOf(target, scale));
    const d = pathOf(line);
    group.append(svg("path", { class: "hit", d }), svg("path", { class: "line", d }));
    group.append(svg("polygon", { points: tip.join(" ") }));
    const first = scale.at(piece[0]);
    if (k > 0) group.append(svg("circle", { class: "joint", cx: first[0], cy: first[1], r: 3.5 }));
  });
  group.onclick = () => pick(String(group.dataset.quantity));
  return group;
}

/**
 * The node that a wire ends at: its last point is one grid point from the middle, or one more aside.
 * @param {CellView} view
 * @param {[number, number]} end
 */
function nearest({ data }, [a, b]) {
  const far = (/** @type {CellNode} */ { at }) => Math.hypot(at[0] - a, at[1] - b);
  return data.nodes.reduce((best, node) => (far(node) < far(best) ? node : best));
}

/**
 * @param {CellNode} node
 * @param {Scale} scale
 * @param {(quantity: string) => void} pick
 */
function drawNode(node, scale, pick) {
  const [x, y] = scale.at(node.at);
  const [width, height] = halfOf(node, scale);
  const round = node.kind === "weights" ? 5 : Math.min(width, height);
  const box = { x: x - width, y: y - height, width: 2 * width, height: 2 * height, rx: round };
  const text = svg("text", { x, y: y + 5, "text-anchor": "middle" });
  text.append(...letters(node.sign));
  const group = svg("g", { class: `node ${node.kind}` }, svg("title", {}, node.title));
  group.dataset.node = node.id;
  group.append(svg("rect", box), text);
  group.onclick = () => pick(node.quantity);
  return group;
}

/**
 * The name of a wire and its number, beside where it begins.
 * @param {CellView} view
 * @param {CellWire} wire
 * @param {Map<string, CellNode>} nodes
 * @param {Scale} scale
 * @param {(quantity: string) => void} pick
 */
function drawLabel(view, wire, nodes, scale, pick) {
  const source = /** @type {CellNode} */ (nodes.get(wire.source));
  const [x, y] = scale.at(source.at);
  const [width, height] = halfOf(source, scale);
  /** @type {Place} */
  const at = scale.wide ? [x + width + 4, y + 17] : [x + 7, y + height + 13];
  const text = /** @type {SVGTextElement} */ (svg("text", { class: "label", x: at[0], y: at[1] }));
  text.dataset.source = wire.source;
  const number = svg("tspan", { class: "number" });
  if (wire.quantity && source.kind !== "input") {
    const name = svg("tspan", { class: "letter" });
    name.append(...letters(wire.letter));
    text.append(name);
    if (scale.wide) number.setAttribute("dx", "4");
    else
      for (const [key, v] of Object.entries({ x: at[0], dy: 14 })) number.setAttribute(key, `${v}`);
  }
  text.append(number);
  text.onclick = () => pick(wire.quantity || source.quantity);
  view.texts.set(wire.source, text);
  return text;
}

/**
 * "a_f" and "h_t-1" with what stands low lowered.
 * @param {string} name
 */
function letters(name) {
  const [letter, low] = name.split("_");
  return low
    ? [
        letter,
        svg("tspan", { dy: 3, "font-size": "0.75rem" }, low),
        svg("tspan", { dy: -3 }, "\u200b"),
      ]
    : [letter];
}

/**
 * The numbers of the step, and which quantity is picked.
 * @param {CellView} view
 */
export function renewDiagram(view) {
  const root = view.parts?.drawing.firstElementChild;
  if (!root) return;
  for (const [source, text] of view.texts) {
    const number = text.querySelector(".number");
    const shown = textOf(view, source).slice(0, 8);
    if (number && number.textContent !== shown) number.textContent = shown;
  }
  for (const wire of root.querySelectorAll(".wire")) {
    const quantity = wire instanceof SVGElement ? wire.dataset.quantity : "";
    wire.classList.toggle("picked", quantity === view.picked);
  }
  root.setAttribute("aria-label", wordsOf(view));
}
