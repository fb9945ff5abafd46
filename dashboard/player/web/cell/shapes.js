// Where nodes and wires stand on the screen: the grid of Python, along the page or down it.

/** @import { CellData, CellNode, GridPoint } from "./cell_types.js" */

const PAD = 26;
const LABEL = 46; // px: room for a number beside the last wire
const LEAST = 12.5; // px a grid point has along the page; with less the cell is drawn downwards
const MOST = 23;

/** @typedef {[x: number, y: number]} Place */
/** @typedef {ReturnType<typeof scaleOf>} Scale */

/**
 * @param {CellData} data
 * @param {number} width px
 */
export function scaleOf({ size: [along, across] }, width) {
  const room = (width - 2 * PAD) / along;
  const wide = room >= LEAST;
  const x = wide ? Math.min(MOST, room) : Math.min(18, (width - 2 * PAD - LABEL) / across);
  const y = wide ? 16 : 13;
  return {
    wide,
    width: Math.ceil((wide ? along : across) * x + 2 * PAD + (wide ? 0 : LABEL)),
    height: Math.ceil((wide ? across : along) * y + 2 * PAD + 8),
    /** @type {(point: GridPoint) => Place} */
    at: ([a, b]) => (wide ? [PAD + a * x, PAD + b * y] : [PAD + b * x, PAD + a * y]),
    unit: wide ? y : x,
  };
}

/**
 * Half of a node's width and height, px.
 * @param {CellNode} node
 * @param {Scale} scale
 * @returns {[number, number]}
 */
export function halfOf({ kind, sign }, { wide, unit }) {
  if (kind === "weights") return wide ? [14, unit + 7] : [unit + 7, 14];
  if (kind !== "operation") return [19, 14];
  return sign.length > 2 ? [20, 13] : [13, 13];
}

/**
 * A piece of a wire with its corners rounded.
 * @param {Place[]} points
 */
export function pathOf(points) {
  const parts = [`M${points[0]}`];
  for (let k = 1; k < points.length - 1; k++) {
    const before = near(points[k], points[k - 1]);
    parts.push(`L${before}Q${points[k]} ${near(points[k], points[k + 1])}`);
  }
  return `${parts.join("")}L${points[points.length - 1]}`;
}

/**
 * The point 6 px from a corner towards another point, or half way.
 * @param {Place} corner
 * @param {Place} to
 * @returns {Place}
 */
function near([x, y], [p, q]) {
  const length = Math.hypot(p - x, q - y) || 1;
  const share = Math.min(6, length / 2) / length;
  return [x + (p - x) * share, y + (q - y) * share];
}

/**
 * The last piece of a wire up to the edge of its target, and the arrow's three corners there.
 * @param {Place[]} points the last one is on the grid point before the target's middle
 * @param {Place} middle of the target
 * @param {[number, number]} half of the target
 * @returns {{ line: Place[], tip: Place[] }}
 */
export function enter(points, [x, y], [width, height]) {
  const [a, b] = points.slice(-2);
  const level = Math.abs(b[0] - a[0]) > Math.abs(b[1] - a[1]);
  const sign = Math.sign(level ? b[0] - a[0] : b[1] - a[1]) || 1;
  /** @type {Place} */
  const tip = level ? [x - sign * width, b[1]] : [b[0], y - sign * height];
  /** @type {(back: number, aside: number) => Place} */
  const corner = (back, aside) =>
    level ? [tip[0] - sign * back, tip[1] + aside] : [tip[0] + aside, tip[1] - sign * back];
  return {
    line: [...points.slice(0, -1), corner(6, 0)],
    tip: [tip, corner(8, 4), corner(8, -4)],
  };
}
