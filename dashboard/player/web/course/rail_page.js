// The elements of the rail: which lesson it is, how far the reader is, the step, and the ways back and on.

import { element } from "../elements.js";
import { fill } from "../sentences.js";

/** @import { Lesson } from "./course_types.js" */
/** @import { Strings } from "../types.js" */

const CROSS = '<path d="M6 6l12 12M18 6 6 18"/>';
const FOLD = '<path d="m6 15 6-6 6 6"/>';

/**
 * @param {string} path
 * @param {string} name of its class
 */
function icon(path, name) {
  const place = element("span", { class: `icon ${name}`, "aria-hidden": "true" });
  place.innerHTML = `<svg viewBox="0 0 24 24" focusable="false">${path}</svg>`;
  return place;
}

/**
 * @param {Lesson} lesson
 * @param {Strings} S
 */
export function buildRail(lesson, S) {
  const { number, title, minutes, steps } = lesson;
  const place = fill(S["lesson number"], { number });
  const leave = element(
    "button",
    { class: "leave", type: "button", "aria-label": S.leave, title: S.leave },
    icon(CROSS, "cross"),
  );
  const dots = steps.map(() => element("button", { type: "button" }));
  const list = element(
    "ol",
    { class: "dots", "aria-label": S.steps },
    ...dots.map(dot => element("li", {}, dot)),
  );
  const head = element(
    "header",
    {},
    element(
      "div",
      { class: "title" },
      element("p", { class: "place" }, `${place} · ${fill(S.minutes, { n: minutes })}`),
      element("h2", {}, title),
    ),
    leave,
    list,
  );

  // On a phone this line stands for the whole, which opens below it.
  const summary = element("span", { class: "summary" });
  const fold = element(
    "button",
    { class: "fold", type: "button", "aria-expanded": "true" },
    icon(FOLD, "mark"),
    element("span", { class: "folded" }, element("b", {}, title), summary),
  );
  const nextInLine = element("button", { class: "next", type: "button" });
  const line = element("div", { class: "line" }, fold, nextInLine);

  const welcome = element("p", { class: "welcome", hidden: "" });
  const kind = element("span", { class: "kind" });
  const heading = element("h3", { tabindex: "-1" });
  const text = element("div", { class: "text" });
  const control = element("div", { class: "control" });
  const said = element("p", { class: "said", role: "status" });
  const restore = element("button", { class: "restore quiet", type: "button" }, S.restore);
  const scroll = element(
    "div",
    { class: "step" },
    ...[welcome, kind, heading, text, control, said, restore],
  );
  const back = element("button", { class: "back", type: "button" }, S["step back"]);
  const next = element("button", { class: "next", type: "button" });
  const count = element("span", { class: "count" });
  const foot = element("footer", {}, back, count, next);
  const body = element("div", { class: "body" }, head, scroll, foot);
  const root = element(
    "aside",
    { class: "rail", lang: lesson.language, "aria-label": `${place}: ${title}` },
    line,
    body,
  );
  /** @param {boolean} isFolded */
  const setFolded = isFolded => {
    root.classList.toggle("is-folded", isFolded);
    fold.setAttribute("aria-expanded", String(!isFolded));
  };
  fold.onclick = () => setFolded(!root.classList.contains("is-folded"));
  return {
    ...{ root, leave, dots, summary, nextInLine, welcome, kind, heading, text, control, said },
    ...{ restore, scroll, back, next, count, setFolded },
  };
}

/**
 * A step's dot: which it is, whether it was seen, and whether it can be gone to.
 * @param {HTMLButtonElement} dot
 * @param {{ n: number, of: number, words: string, isNow: boolean, isSeen: boolean, isOpen: boolean }} state
 * @param {Strings} S
 */
export function showDot(dot, { n, of, words, isNow, isSeen, isOpen }, S) {
  const label = fill(S["step and kind"], { n, of, kind: words });
  dot.setAttribute("aria-label", label);
  dot.title = label;
  dot.disabled = !isOpen;
  dot.className = isNow ? "now" : isSeen ? "done" : "to-come";
  if (isNow) dot.setAttribute("aria-current", "step");
  else dot.removeAttribute("aria-current");
}
