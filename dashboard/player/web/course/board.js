// What a class predicts, counted without names: asked for every two seconds, as long as the page is there.

import { address } from "../base.js";
import { element } from "../elements.js";
import { mountView } from "../mount.js";
import { fill } from "../sentences.js";
import { bars, curves, strip } from "./board_pictures.js";

/** @import { Component, Mounted, Strings } from "../types.js" */
/** @typedef {{ html: string, choices: [string, string][], number?: { low: number, high: number, unit: string }, curve?: { x: number[], y: number[], log?: boolean } }} Question */
/** @typedef {{ key: string, lessons: Record<string, { title: string, steps: Record<string, Question> }>, strings: Strings }} Data */
/** @typedef {Record<string, Record<string, unknown[]>>} Answers */
/** @typedef {Mounted & { data: Data | null, text: string, timer: number }} BoardView */

const ASK_MS = 2000;

/**
 * @param {Component<Data>} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeBoard, ["course/lessons.css", "course/board.css"]);
  if (component.data) view.data = component.data;
}

/**
 * @param {HTMLElement} host
 * @returns {BoardView}
 */
function makeBoard(host) {
  /** @type {BoardView} */
  const view = {
    ...{ host, drawn: 0, trigger: () => {}, fit: () => {}, data: null, text: "", timer: 0 },
  };
  const ask = async () => {
    if (view.timer && !host.isConnected) return;
    await look(view);
    view.timer = window.setTimeout(ask, ASK_MS);
  };
  queueMicrotask(ask); // when the data is there
  return view;
}

/** @param {BoardView} view */
async function look(view) {
  if (!view.data || document.hidden) return;
  try {
    const answer = await fetch(address(`rooms/${encodeURIComponent(view.data.key)}`));
    const text = await answer.text();
    draw(view, answer.ok ? text : view.text, answer.ok ? "" : text);
  } catch {
    draw(view, view.text, view.data.strings["cannot ask"]);
  }
}

/**
 * @param {BoardView} view
 * @param {string} text of the answers, as JSON
 * @param {string} trouble
 */
function draw(view, text, trouble) {
  const { data } = view;
  const state = `${text}${trouble}`;
  if (!data || view.host.dataset.state === state) return;
  view.host.dataset.state = state;
  view.text = text;
  /** @type {Answers} */
  const answers = text ? JSON.parse(text) : {};
  const parts = Object.entries(answers).flatMap(([name, steps]) => {
    const lesson = data.lessons[name];
    return lesson ? [drawLesson(data, lesson, steps)] : [];
  });
  if (!parts.length) parts.push(element("p", { class: "quiet" }, data.strings["nothing yet"]));
  if (trouble) parts.push(element("p", { class: "quiet", role: "status" }, trouble));
  view.host.replaceChildren(element("div", { class: "lessons board" }, ...parts));
  view.drawn += 1;
}

/**
 * @param {Data} data
 * @param {Data["lessons"][string]} lesson
 * @param {Record<string, unknown[]>} steps
 */
function drawLesson(data, lesson, steps) {
  const S = data.strings;
  const section = element("section", {}, element("h3", {}, lesson.title));
  for (const [id, values] of Object.entries(steps)) {
    const question = lesson.steps[id];
    if (!question) continue;
    const text = element("div", { class: "asked" });
    text.innerHTML = question.html; // safe: Python has made it from the lesson's Markdown
    const count = element("p", { class: "quiet" }, fill(S.answers, { n: values.length }));
    section.append(text, count, drawAnswers(question, values, S));
  }
  return section;
}

/**
 * @param {Question} question
 * @param {unknown[]} values
 * @param {Strings} S
 */
function drawAnswers(question, values, S) {
  if (question.number) return strip(question.number, values.filter(isNumber), S);
  if (question.curve) return curves(question.curve, values.filter(Array.isArray));
  return bars(question.choices, values.filter(isText));
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
const isNumber = value => typeof value === "number";

/**
 * @param {unknown} value
 * @returns {value is string}
 */
const isText = value => typeof value === "string";
