// A curve that the reader draws: with the pointer, or point for point with keys. It begins empty.

import { element } from "../elements.js";
import { fill } from "../sentences.js";
import { drawAxes, drawPlane } from "./curve_axes.js";
import { HEIGHT, placesOf, planeOf, valueAfterKey, WIDTH } from "./curve_plane.js";
import { draw, pathOf } from "./svg.js";
import { writeValue } from "./values.js";

/** @import { Strings } from "../types.js" */
/** @import { CurveQuestion } from "./course_types.js" */

/**
 * @param {CurveQuestion} question
 * @param {unknown[]} before what is drawn already
 * @param {Strings} S
 * @param {(values: (number | null)[]) => void} take
 */
export function buildPad(question, before, S, take) {
  const places = placesOf(question);
  const plane = planeOf(question);
  const values = places.map((_, k) => {
    const value = before[k];
    return typeof value === "number" ? value : null;
  });
  const [low, high] = question.y;
  const line = draw("path", { class: "drawn" });
  const knobs = places.map(place =>
    draw("circle", {
      ...{ class: "knob", r: 6, cx: plane.X(place), tabindex: 0, role: "slider" },
      ...{ "aria-valuemin": low, "aria-valuemax": high, "aria-orientation": "vertical" },
      "aria-label": fill(S["point at"], { x: place }),
    }),
  );
  const svg = drawPlane(drawAxes(question, plane), line, ...knobs);
  const empty = element("p", { class: "note" }, S["draw here"]);
  const clear = element("button", { type: "button", class: "quiet" }, S["draw anew"]);
  const root = element("div", { class: "pad", role: "group", "aria-label": S["kind predict"] });
  root.append(svg, empty, clear);
  let isOn = true;
  let last = -1; // the point that the pointer came over last

  function show() {
    for (const [k, knob] of knobs.entries()) {
      const value = values[k];
      const isThere = value !== null;
      knob.setAttribute("cy", String(isThere ? plane.Y(value) : plane.Y(low)));
      knob.classList.toggle("empty", !isThere);
      knob.setAttribute("aria-valuenow", String(value ?? low));
      knob.setAttribute("aria-valuetext", isThere ? writeValue(value) : S["not drawn"]);
    }
    const points = places.flatMap((place, k) => {
      const value = values[k];
      return value === null
        ? []
        : [/** @type {[number, number]} */ ([plane.X(place), plane.Y(value)])];
    });
    line.setAttribute("d", pathOf(points));
    const missing = values.filter(value => value === null).length;
    empty.textContent = missing
      ? fill(S[missing === values.length ? "draw here" : "points missing"], { n: missing })
      : "";
    clear.hidden = !isOn || missing === values.length;
  }

  /** @param {PointerEvent} event */
  const takePointer = event => {
    if (!isOn || event.buttons !== 1) return;
    const box = svg.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * WIDTH;
    const value = plane.valueAt(((event.clientY - box.top) / box.height) * HEIGHT);
    const k = plane.nearest(px, places);
    if (last >= 0) between(values, last, k, value);
    values[k] = value;
    last = k;
    show();
    event.preventDefault();
  };
  svg.onpointerdown = event => {
    last = -1;
    svg.setPointerCapture(event.pointerId);
    takePointer(event);
  };
  svg.onpointermove = takePointer;
  svg.onpointerup = svg.onpointercancel = () => {
    if (last >= 0) take(values);
    last = -1;
  };
  for (const [k, knob] of knobs.entries())
    knob.onkeydown = event => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        knobs[k + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
      } else {
        const value = isOn ? valueAfterKey(event.key, values, k, question) : null;
        if (value === null) return;
        values[k] = value;
        show();
        take(values);
      }
      event.preventDefault();
      event.stopPropagation(); // these keys are the player's, too
    };
  clear.onclick = () => {
    values.fill(null);
    show();
    take(values);
    knobs[0].focus();
  };
  show();
  return {
    root,
    /** @param {boolean} on */
    enable(on) {
      isOn = on;
      root.classList.toggle("fixed", !on);
      for (const knob of knobs) knob.setAttribute("aria-disabled", String(!on));
      show();
    },
  };
}

/**
 * A quick pointer leaves points out: they get what lies between.
 * @param {(number | null)[]} values
 * @param {number} from
 * @param {number} to
 * @param {number} value at `to`
 */
function between(values, from, to, value) {
  const start = values[from] ?? value;
  const by = Math.sign(to - from);
  const isPositive = start > 0 && value > 0;
  for (let k = from + by; by && k !== to; k += by) {
    const share = (k - from) / (to - from);
    const mixed = isPositive ? start * (value / start) ** share : start + (value - start) * share;
    values[k] = Number(mixed.toPrecision(2));
  }
}
