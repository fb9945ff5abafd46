// Where the answers are: in the browser's storage, or in this tab alone where the browser stores nothing.

import { finished, KEY, merge, parse, startedAnew, withAnswer, withVisit } from "./answers.js";

/** @import { LessonAnswers, Stored } from "./course_types.js" */

let own = parse(null); // what this tab knows
/** @type {Set<() => void>} */
const listeners = new Set();

window.addEventListener("storage", event => {
  if (event.key !== KEY && event.key !== null) return;
  own = event.newValue === null ? parse(null) : merge(own, parse(event.newValue));
  for (const listener of listeners) listener();
});

/** What is stored, and what this tab knows besides. */
function read() {
  try {
    own = merge(own, parse(localStorage.getItem(KEY)));
  } catch {
    // a browser that stores nothing: the answers last as long as the tab
  }
  return own;
}

/** @param {Stored} stored */
function write(stored) {
  own = merge(stored, stored); // without what was before a new start
  try {
    localStorage.setItem(KEY, JSON.stringify(own));
  } catch {
    // full, or none
  }
}

/**
 * @param {string} lesson
 * @returns {LessonAnswers}
 */
export const answersOf = lesson => read().lessons[lesson] ?? { begun: 0, done: 0, steps: {} };

/**
 * @param {string} lesson
 * @param {string} id of the step
 * @param {unknown} value
 */
export const saveAnswer = (lesson, id, value) =>
  write(withAnswer(read(), lesson, id, value, Date.now()));

/**
 * @param {string} lesson
 * @param {string} id of the step
 */
export const saveVisit = (lesson, id) => write(withVisit(read(), lesson, id, Date.now()));

/** @param {string} lesson */
export const startAnew = lesson => write(startedAnew(read(), lesson, Date.now()));

/** @param {string} lesson */
export const finish = lesson => write(finished(read(), lesson, Date.now()));

/**
 * Calls `listener` whenever another tab has written.
 * @param {() => void} listener
 * @returns {() => void} ends that
 */
export function watchAnswers(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
