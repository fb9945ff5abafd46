// What the controls, the keys and the pictures of the unrolled page do when they are used.

import { pointed } from "./canvas.js";
import { isMeantElsewhere, targetOf, watchWindow } from "./mount.js";
import { moveCursor, moveWeightCursor, numberAtCursor, weightAtCursor } from "./unrolled_cursor.js";
import { wireOverview } from "./unrolled_overview.js";
import { lastPhase } from "./unrolled_phases.js";
import { startWith } from "./unrolled_window.js";
import { isTerm } from "./unrolled_words.js";

/** @import { Parts } from "./unrolled_page.js" */
/** @import { Pointed, UnrolledView } from "./unrolled_types.js" */

/** @typedef {{ draw(): void, togglePlay(): void, goTo(phase: number): void, pick(target: Pointed | null): void }} Actions */

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {Actions} actions
 */
export function wireUnrolled(view, parts, actions) {
  wireStrip(view, parts, actions);
  wireOverview(view, parts.overview, actions.draw);
  wireCanvas(view, parts.network, actions, (px, py) => view.find?.(px, py));
  wireCanvas(view, parts.sum, actions, (px, py) => view.findTerm?.(px, py));
  wireKeys(view, parts, actions);
  watchWindow(view, event => takeKey(view, parts, event, actions));
}

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {Actions} actions
 */
function wireStrip(view, parts, actions) {
  const { play, first, back, next, end, speed, scrub, layer, quantities } = parts;
  const { draw, goTo } = actions;
  play.onclick = () => actions.togglePlay();
  first.onclick = () => goTo(0);
  back.onclick = () => goTo(view.phase - 1);
  next.onclick = () => goTo(view.phase + 1);
  end.onclick = () => goTo(lastPhase(view));
  speed.onchange = () => {
    view.speed = +speed.value;
  };
  scrub.oninput = () => goTo(+scrub.value);
  layer.onchange = () => {
    view.layer = +layer.value;
    view.weightCursor = null;
    draw();
  };
  quantities.onclick = () => {
    view.compact = !view.isCompact;
    draw();
  };
}

/**
 * @param {UnrolledView} view
 * @param {HTMLCanvasElement} canvas
 * @param {Actions} actions
 * @param {(px: number, py: number) => Pointed | null | undefined} find
 */
function wireCanvas(view, canvas, { draw, pick }, find) {
  /** @param {MouseEvent} event */
  const at = event => find(...pointed(canvas, event)) ?? null;
  canvas.onpointermove = event => {
    view.hover = at(event);
    draw();
  };
  canvas.onpointerleave = () => {
    view.hover = null;
    draw();
  };
  canvas.onclick = event => {
    const target = at(event);
    holdCursor(view, target);
    pick(target);
  };
  canvas.onfocus = canvas.onblur = draw;
  canvas.addEventListener("resized", draw);
}

/**
 * The cursor of the keyboard goes on from what was clicked or tapped on.
 * @param {UnrolledView} view
 * @param {Pointed | null} target
 */
function holdCursor(view, target) {
  if (!target || isTerm(target)) return;
  const { header, layer, layers } = view;
  if (target.column !== undefined) {
    const block = header.terms.flatMap(([deltas]) => deltas).indexOf(target.name);
    const row = block * layers[layer].H + target.unit;
    view.weightCursor = { row, column: target.column };
    return;
  }
  if (target.layer !== layer) return;
  const name = header.names.includes(target.name) ? target.name : target.name.slice(1);
  view.cursor = { t: target.t, unit: target.unit, name };
}

/**
 * The arrow keys go over the numbers of a picture that has the focus; Enter explains the one at the cursor.
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {Actions} actions
 */
function wireKeys(view, { network, sum }, { draw, pick }) {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(key: string) => boolean} move
   * @param {() => Pointed | null} number
   * @param {() => void} leave
   */
  const wire = (canvas, move, number, leave) => {
    canvas.onkeydown = event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") pick(number());
      else if (event.key === "Escape") leave();
      else if (!move(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      draw();
    };
  };
  wire(
    network,
    key => {
      const isMoved = moveCursor(view, key, view.shown);
      const { start, count } = view.window;
      if (isMoved && view.cursor) view.window.start = startWith(start, view.cursor.t, count);
      return isMoved;
    },
    () => numberAtCursor(view),
    () => {
      view.cursor = null;
    },
  );
  wire(
    sum,
    key => moveWeightCursor(view, key),
    () => weightAtCursor(view),
    () => {
      view.weightCursor = null;
    },
  );
}

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {KeyboardEvent} event
 * @param {Actions} actions
 */
function takeKey(view, { play, scrub }, event, { goTo }) {
  const isOwnArrow = targetOf(event) === scrub && event.key !== " ";
  if (isOwnArrow || (isMeantElsewhere(event) && targetOf(event) !== scrub)) return;
  if (event.key === " ") play.click();
  else if (event.key === "ArrowRight") goTo(view.phase + 1);
  else if (event.key === "ArrowLeft") goTo(view.phase - 1);
  else if (event.key === "Home") goTo(0);
  else if (event.key === "End") goTo(lastPhase(view));
  else return;
  event.preventDefault();
}
