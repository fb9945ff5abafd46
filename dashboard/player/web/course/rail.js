// The rail: it takes a reader through a lesson, step by step, beside the page that the lesson is about.
//
// Python sets the page up for a step, when the rail says that it was entered; what the reader answers stays here.

import { say } from "../canvas.js";
import { mountView } from "../mount.js";
import { fill } from "../sentences.js";
import { wireLinks } from "./links.js";
import { guardTraining, lockPlay } from "./lock.js";
import { nowOfPage, readNow } from "./now.js";
import { takeWidth } from "./page_width.js";
import { pointAt } from "./points.js";
import { progress } from "./progress.js";
import { buildRail, showDot } from "./rail_page.js";
import { sendPrediction } from "./room.js";
import { buildControl } from "./steps/index.js";
import { isPredictionDue } from "./steps.js";
import { answersOf, finish, saveAnswer, saveVisit, startAnew, watchAnswers } from "./store.js";
import { wireTerms } from "./term.js";

/** @import { Component } from "../types.js" */
/** @import { Lesson, LessonData, RailView, Step, StepContext } from "./course_types.js" */

const LOOK_MS = 200; // from one look at the page to the next
const STYLES = ["course/course.css", "course/answers.css", "course/outcomes.css"];
const BESIDE = "(min-width: 900px)"; // where the rail stands beside the page

/**
 * @param {Component<LessonData>} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeRail, STYLES);
  const { data } = component;
  if (!data?.lesson) return;
  const text = JSON.stringify([data.lesson, data.strings]);
  const isAnother = view.data?.lesson?.name !== data.lesson.name;
  const isChanged = view.text !== text;
  Object.assign(view, { data, text });
  if (isChanged) build(view);
  if (isAnother) {
    view.sent = "";
    showStep(view, data.at);
    offerReturn(view);
  } else if (!view.sent && data.at !== view.at) showStep(view, data.at);
  else {
    if (data.at === view.sent) view.sent = "";
    if (isChanged) showStep(view, view.at); // which was built anew
  }
}

/**
 * @param {HTMLElement} host
 * @returns {RailView}
 */
function makeRail(host) {
  /** @type {RailView} */
  const view = {
    ...{ host, drawn: 0, trigger: () => {}, data: null, text: "", at: "", sent: "" },
    ...{ parts: null, control: null, entered: 0, timer: 0, folds: false },
    fit: () => takeWidth(matchMedia(BESIDE).matches ? host.getBoundingClientRect().width : 0),
  };
  const unwatch = watchAnswers(() => view.parts && showProgress(view));
  const unguard = guardTraining(() => complain(view, view.data?.strings["say first"] ?? ""));
  const resize = () => view.fit();
  const observer = new ResizeObserver(resize);
  observer.observe(host);
  window.addEventListener("resize", resize);
  view.timer = window.setInterval(() => {
    if (host.isConnected) return look(view);
    window.clearInterval(view.timer);
    window.removeEventListener("resize", resize);
    observer.disconnect();
    unwatch();
    unguard();
    if (shown !== view) return undefined;
    takeWidth(0);
    lockPlay("");
    pointAt("");
    return undefined;
  }, LOOK_MS);
  shown = view;
  return view;
}

/** @type {RailView | null} */
let shown = null; // the rail of the document

/** @param {RailView} view with a lesson */
const lessonOf = view => /** @type {Lesson} */ (view.data?.lesson);

/** @param {RailView} view */
function build(view) {
  const data = /** @type {LessonData} */ (view.data);
  const lesson = lessonOf(view);
  const parts = buildRail(lesson, data.strings);
  view.parts = parts;
  for (const [k, dot] of parts.dots.entries()) dot.onclick = () => go(view, lesson.steps[k].id);
  parts.next.onclick = parts.nextInLine.onclick = () => goOn(view);
  parts.back.onclick = () => go(view, lesson.steps[indexOf(view) - 1].id);
  parts.leave.onclick = () => send(view, "leave", view.at);
  parts.restore.onclick = () => send(view, "restore", view.at);
  wireTerms(parts.root, () => view.data?.terms ?? {}, data.strings.close);
  wireLinks(parts.root);
  view.host.replaceChildren(parts.root);
}

/** @param {RailView} view */
const indexOf = view =>
  Math.max(
    0,
    lessonOf(view).steps.findIndex(step => step.id === view.at),
  );

/**
 * @param {RailView} view
 * @param {"enter" | "restore" | "leave"} kind
 * @param {string} step
 */
function send(view, kind, step) {
  if (kind === "enter") view.sent = step;
  view.trigger("go", { lesson: lessonOf(view).name, step, kind });
}

/**
 * To another step, by the reader: Python sets the page up for it.
 * @param {RailView} view
 * @param {string} id
 */
function go(view, id) {
  showStep(view, id);
  const step = lessonOf(view).steps[indexOf(view)];
  if (step.page && !step.point) document.querySelector(".stMain")?.scrollTo({ top: 0 });
  send(view, "enter", id);
  view.parts?.setFolded(false);
  view.parts?.heading.focus({ preventScroll: true });
}

/**
 * The reader wants to go on, which a step may not allow yet: then it says what it needs.
 * @param {RailView} view
 */
function goOn(view) {
  const { parts, control, data } = view;
  const lesson = lessonOf(view);
  const k = indexOf(view);
  if (!parts || !data) return;
  if (control && !control.isDone()) {
    // What is written counts as an answer, and what comes of it is read before anything else comes.
    if (!control.submitTyped?.()) complain(view, control.needs ?? "");
    return;
  }
  const { id, predict } = lesson.steps[k];
  const value = answersOf(lesson.name).steps[id]?.value;
  if (predict && data.room) sendPrediction(data.room, { lesson: lesson.name, step: id, value });
  if (k + 1 < lesson.steps.length) go(view, lesson.steps[k + 1].id);
  else endLesson(view);
}

/**
 * Says, also where it has been said before, what has to come first.
 * @param {RailView} view
 * @param {string} sentence
 */
function complain({ parts }, sentence) {
  if (!parts) return;
  parts.setFolded(false);
  say(parts.said, "");
  say(parts.said, sentence);
}

/** @param {RailView} view */
function endLesson(view) {
  const lesson = lessonOf(view);
  finish(lesson.name);
  if (lesson.after) view.trigger("go", { lesson: lesson.after.name, step: "", kind: "enter" });
  else send(view, "leave", view.at);
}

/**
 * @param {RailView} view
 * @param {string} id of the step; the first one where there is none of this name
 */
function showStep(view, id) {
  const { parts, data } = view;
  const lesson = lessonOf(view);
  if (!parts || !data) return;
  const step = lesson.steps.find(each => each.id === id) ?? lesson.steps[0];
  const S = data.strings;
  view.at = step.id;
  view.entered = performance.now();
  view.folds = !readNow()?.playing;
  saveVisit(lesson.name, step.id);
  const n = indexOf(view) + 1;
  const of = lesson.steps.length;
  parts.kind.textContent = fill(S["step of"], { n, of });
  parts.heading.textContent = S[`kind ${step.kind}`];
  parts.text.innerHTML = step.html;
  parts.welcome.hidden = true;
  say(parts.said, "");
  view.control = buildControl(contextOf(view, step));
  parts.control.replaceChildren(...(view.control ? [view.control.root] : []));
  parts.restore.hidden = !step.page;
  parts.scroll.scrollTop = 0;
  pointAt(step.point ?? "");
  look(view);
  showProgress(view);
  if (n === 1) offerReturn(view);
}

/**
 * @param {RailView} view
 * @param {Step} step
 * @returns {StepContext}
 */
function contextOf(view, step) {
  const data = /** @type {LessonData} */ (view.data);
  const lesson = lessonOf(view);
  return {
    ...{ data, lesson, step, strings: data.strings },
    read: (id = step.id) => answersOf(lesson.name).steps[id]?.value,
    isSeen: id => !!answersOf(lesson.name).steps[id]?.seen,
    write: value => {
      saveAnswer(lesson.name, step.id, value);
      showProgress(view);
    },
    changed: () => showProgress(view),
    announce: sentence => view.parts && say(view.parts.said, sentence),
  };
}

/**
 * How far the reader is, and which ways are open.
 * @param {RailView} view
 */
function showProgress(view) {
  const { parts, data, control } = view;
  if (!parts || !data) return;
  const lesson = lessonOf(view);
  const { steps } = lesson;
  const S = data.strings;
  const k = indexOf(view);
  const answers = answersOf(lesson.name);
  const ids = steps.map(step => step.id);
  const { reached } = progress(lesson.name, ids);
  for (const [j, dot] of parts.dots.entries()) {
    const state = { isNow: j === k, isSeen: !!answers.steps[ids[j]]?.seen, isOpen: j < reached };
    showDot(dot, { n: j + 1, of: ids.length, words: S[`kind ${steps[j].kind}`], ...state }, S);
  }
  const isDone = control?.isDone() ?? true;
  const isLast = k === steps.length - 1;
  for (const button of [parts.next, parts.nextInLine]) {
    button.textContent = !isLast ? S.next : lesson.after ? S["next lesson"] : S.finish;
    button.classList.toggle("waits", !isDone);
  }
  parts.back.disabled = k === 0;
  parts.count.textContent = `${k + 1} / ${steps.length}`;
  say(parts.summary, `${k + 1} / ${steps.length} · ${S[`kind ${steps[k].kind}`]}`);
  if (isDone && parts.said.textContent === control?.needs) say(parts.said, "");
  lockPlay(isPredictionDue(steps, k, answers) ? S["say first"] : "");
}

/**
 * What the page shows meanwhile.
 * @param {RailView} view
 */
function look(view) {
  const { control, parts } = view;
  if (!control?.follow || !parts) return;
  const was = control.isDone();
  control.follow(readNow() ?? nowOfPage(view.data?.now), (performance.now() - view.entered) / 1000);
  if (control.isDone() !== was) showProgress(view);
  if (!control.line) return;
  say(parts.summary, control.line());
  if (view.folds && readNow()?.playing) {
    view.folds = false;
    parts.setFolded(true); // where it stands above the page, what plays is seen
  }
}

/**
 * Who comes back may go on where he was.
 * @param {RailView} view
 */
function offerReturn(view) {
  const { parts, data } = view;
  const lesson = lessonOf(view);
  if (!parts || !data) return;
  const S = data.strings;
  const ids = lesson.steps.map(step => step.id);
  const { reached } = progress(lesson.name, ids);
  if (reached <= indexOf(view) + 1) return;
  const on = document.createElement("button");
  on.type = "button";
  on.textContent = fill(S["go on at"], { n: reached });
  on.onclick = () => go(view, ids[reached - 1]);
  const anew = document.createElement("button");
  anew.type = "button";
  anew.className = "quiet";
  anew.textContent = S["start anew"];
  anew.onclick = () => {
    startAnew(lesson.name);
    go(view, ids[0]);
  };
  parts.welcome.replaceChildren(`${S["been here"]} `, on, " ", anew);
  parts.welcome.hidden = false;
}
