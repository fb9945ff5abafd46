// One step of the run's cell, with its numbers: steps and wires are chosen here, the equation comes from Python.
// A new unit's numbers come from there too. Data from dashboard/views/architectures/cell.py.

import { say } from "../canvas.js";
import { isMeantElsewhere, mountView, watchWindow } from "../mount.js";
import { element } from "../page.js";
import { allPositions } from "../position.js";
import { fill } from "../sentences.js";
import { drawDiagram, renewDiagram } from "./diagram.js";
import { namedWires, placeOf, readingOf, textOf } from "./numbers.js";

/** @import { Component } from "../types.js" */
/** @import { CellData, CellParts, CellView } from "./cell_types.js" */

const PATIENCE = 200; // ms without another step, before Python is asked for its equation

/**
 * @param {Component<CellData>} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeView);
  if (!component.data) return;
  const before = view.data?.run;
  view.data = component.data;
  if (before !== view.data.run) {
    view.step = view.data.step;
    view.unit = view.data.unit;
    view.picked = view.data.picked;
    if (!before && takePositionOfLive(view)) ask(view, 0);
  }
  view.step = Math.min(view.step, view.data.symbols.length - 1);
  if (!view.parts) build(view);
  listWires(view);
  draw(view);
}

/**
 * A view without data yet.
 * @param {HTMLElement} host
 */
function makeView(host) {
  const view = /** @type {CellView} */ (
    /** @type {unknown} */ ({
      ...{ host, parts: null, step: 0, unit: 0, picked: "", standing: "", drawn: 0, timer: 0 },
      texts: new Map(),
    })
  );
  view.fit = () => draw(view);
  return view;
}

/**
 * The step and unit that are lit on Live, where it shows the same run -> whether they are others.
 * @param {CellView} view
 */
function takePositionOfLive(view) {
  const live = allPositions()[""];
  if (live?.run !== view.data.live) return false;
  const { step, unit } = view;
  if (typeof live.step === "number") view.step = live.step - 1;
  if (typeof live.unit === "number") view.unit = Math.min(live.unit, view.data.units - 1);
  return step !== view.step || unit !== view.unit;
}

/** @param {CellView} view */
function build(view) {
  const S = view.data.strings;
  /** @param {number} by @param {string} text @param {string} label */
  const button = (by, text, label) => {
    const made = element("button", { type: "button", "aria-label": label, title: label }, text);
    made.onclick = () => goTo(view, view.step + by);
    return made;
  };
  const step = element("input", { type: "range", min: "0", "aria-label": S.step });
  const unit = element("input", { type: "number", min: "0", inputmode: "numeric" });
  const where = element("b", { class: "where" });
  const reading = element("p", { class: "reading", role: "status" });
  const drawing = element("div", { class: "drawing" });
  const list = element("div", { class: "quantities", role: "group", "aria-label": S.quantities });
  const strip = element(
    "div",
    { class: "steps" },
    button(-1, "◀", S.back),
    button(1, "▶", S.next),
    step,
    where,
    element("label", { class: "unit" }, `${S.unit} `, unit),
  );
  /** @type {HTMLElement} */
  const root = element("div", { class: "player cell" }, strip, drawing, reading, list);
  view.parts = { root, drawing, step, where, unit, reading, list };
  step.oninput = () => goTo(view, +step.value);
  unit.onchange = () => {
    view.unit = Math.max(0, Math.min(view.data.units - 1, Math.round(+unit.value) || 0));
    unit.value = String(view.unit);
    ask(view, 0);
  };
  view.host.append(root);
  watchWindow(view, event => takeKey(view, event));
  new ResizeObserver(() => draw(view)).observe(drawing);
}

/**
 * A button for each quantity: what the wires are for a mouse, and what they cannot be for a keyboard.
 * @param {CellView} view
 */
function listWires(view) {
  const { list } = /** @type {CellParts} */ (view.parts);
  const wires = namedWires(view);
  const names = `${view.data.cell} ${wires.map(wire => wire.source).join()}`;
  if (list.dataset.names === names) return;
  list.dataset.names = names;
  list.replaceChildren(
    ...wires.map(wire => {
      const [letter, low] = wire.letter.split("_");
      const name = element("b", {}, letter, ...(low ? [element("sub", {}, low)] : []));
      const words = element("span", {}, wire.meaning);
      const number = element("b", { class: "number" });
      const made = element("button", { type: "button" }, element("i"), name, words, number);
      made.dataset.quantity = wire.quantity;
      made.dataset.source = wire.source;
      if (wire.colour) made.style.setProperty("--hue", wire.colour);
      made.onclick = () => pick(view, wire.quantity);
      return made;
    }),
  );
}

/** @param {CellView} view */
function draw(view) {
  if (!view.parts) return;
  const { step, where, unit, reading, list } = view.parts;
  drawDiagram(view, quantity => pick(view, quantity));
  renewDiagram(view);
  const place = fill(view.data.strings.place, placeOf(view));
  say(where, place);
  step.max = String(view.data.symbols.length - 1);
  step.value = String(view.step);
  step.setAttribute("aria-valuetext", place);
  unit.max = String(view.data.units - 1);
  if (document.activeElement !== unit) unit.value = String(view.unit);
  say(reading, readingOf(view));
  for (const button of list.querySelectorAll("button")) {
    const number = button.querySelector(".number");
    if (number) say(number, textOf(view, button.dataset.source ?? ""));
    button.setAttribute("aria-pressed", String(button.dataset.quantity === view.picked));
  }
}

/**
 * @param {CellView} view
 * @param {number} step
 */
function goTo(view, step) {
  view.step = Math.max(0, Math.min(view.data.symbols.length - 1, step));
  draw(view);
  ask(view, PATIENCE);
}

/**
 * @param {CellView} view
 * @param {string} quantity
 */
function pick(view, quantity) {
  view.picked = quantity;
  draw(view);
  ask(view, 0);
}

/**
 * Asks Python for the equation of what is picked, at this step, of this unit.
 * @param {CellView} view
 * @param {number} wait ms
 */
function ask(view, wait) {
  clearTimeout(view.timer);
  view.timer = window.setTimeout(() => {
    const { picked, step, unit } = view;
    view.trigger("action", { kind: "look", name: picked, t: step, unit });
  }, wait);
}

/**
 * @param {CellView} view
 * @param {KeyboardEvent} event
 */
function takeKey(view, event) {
  if (isMeantElsewhere(event)) return;
  if (event.key === "ArrowRight") goTo(view, view.step + 1);
  else if (event.key === "ArrowLeft") goTo(view, view.step - 1);
  else return;
  event.preventDefault();
}
