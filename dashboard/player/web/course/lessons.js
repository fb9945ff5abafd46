// The list of all lessons, with how far this browser has come in each; and for teachers each lesson's addresses.

import { address } from "../base.js";
import { element } from "../elements.js";
import { mountView } from "../mount.js";
import { fill } from "../sentences.js";
import { progress } from "./progress.js";
import { startAnew, watchAnswers } from "./store.js";

/** @import { Component, Mounted, Strings } from "../types.js" */

/**
 * @typedef {object} LessonCard
 * @property {string} name
 * @property {number} number
 * @property {string} title
 * @property {string} question
 * @property {number} minutes
 * @property {string[]} steps their ids
 * @property {Record<string, string>} links language -> the address for students
 */
/** @typedef {{ lessons: LessonCard[], languages: Record<string, string>, strings: Strings }} Data */
/** @typedef {Mounted & { data: Data | null, text: string, open: Set<string> }} LessonsView */

/**
 * @param {Component<Data>} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeList, ["course/lessons.css"]);
  if (!component.data) return;
  const text = JSON.stringify(component.data);
  if (text === view.text) return;
  Object.assign(view, { data: component.data, text });
  draw(view);
}

/**
 * @param {HTMLElement} host
 * @returns {LessonsView}
 */
function makeList(host) {
  /** @type {LessonsView} */
  const view = {
    ...{ host, drawn: 0, trigger: () => {}, fit: () => {}, data: null, text: "" },
    open: new Set(),
  };
  const unwatch = watchAnswers(() => (host.isConnected ? draw(view) : unwatch()));
  return view;
}

/** @param {LessonsView} view */
function draw(view) {
  if (!view.data) return;
  const { lessons, strings: S } = view.data;
  const done = lessons.filter(lesson => progress(lesson.name, lesson.steps).done).length;
  view.host.replaceChildren(
    element(
      "div",
      { class: "lessons" },
      element("p", { class: "sum" }, fill(S["lessons done"], { n: done, of: lessons.length })),
      element("ol", {}, ...lessons.map(lesson => drawCard(view, lesson))),
    ),
  );
  view.drawn += 1;
}

/**
 * @param {LessonsView} view
 * @param {LessonCard} lesson
 */
function drawCard(view, lesson) {
  const { strings: S } = /** @type {Data} */ (view.data);
  const { at, reached, of, done } = progress(lesson.name, lesson.steps);
  const words = done ? S.again : at ? S["go on"] : S.start;
  const button = element("button", { type: "button", class: at && !done ? "first" : "" }, words);
  button.setAttribute("aria-label", `${words}: ${lesson.title}`);
  button.onclick = () => {
    if (done) startAnew(lesson.name);
    const step = done || !at ? lesson.steps[0] : at;
    view.trigger("go", { lesson: lesson.name, step, kind: done ? "restore" : "enter" });
  };
  const share = done ? 1 : reached / of;
  const state = done
    ? S.done
    : at
      ? fill(S["steps done"], { n: reached, of })
      : fill(S.minutes, { n: lesson.minutes });
  const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span"));
  bar.style.setProperty("--share", String(share));
  return element(
    "li",
    { class: done ? "done" : "" },
    element("span", { class: "number" }, String(lesson.number)),
    element(
      "div",
      { class: "words" },
      element("h3", {}, lesson.title),
      element("p", {}, lesson.question),
      drawAddresses(view, lesson),
    ),
    element("div", { class: "state" }, element("span", {}, state), bar),
    button,
  );
}

/**
 * @param {LessonsView} view
 * @param {LessonCard} lesson
 */
function drawAddresses(view, lesson) {
  const { strings: S, languages } = /** @type {Data} */ (view.data);
  const details = element("details", {}, element("summary", {}, S["for teachers"]));
  details.open = view.open.has(lesson.name);
  details.ontoggle = () => view.open[details.open ? "add" : "delete"](lesson.name);
  for (const [language, start] of Object.entries(lesson.links)) {
    const query = new URLSearchParams({ lang: language });
    const paper = address(`lesson/${lesson.name}.html?${query}`);
    details.append(
      element(
        "p",
        { lang: language },
        `${languages[language] ?? language}: `,
        link(start, S["link for students"]),
        " · ",
        link(paper, S.print),
        " · ",
        link(`${paper}&answers=1`, S["answer sheet"]),
      ),
    );
  }
  return details;
}

/**
 * @param {string} href
 * @param {string} words
 */
const link = (href, words) =>
  element("a", { href, target: "_blank", rel: "noopener noreferrer" }, words);
