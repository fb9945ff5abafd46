// How far the reader is in a lesson: for the rail, and for the list of all lessons.

import { answersOf } from "./store.js";

/** @import { LessonAnswers } from "./course_types.js" */

/**
 * at: the step that was seen last, "" for none. reached: how many of the steps, counted to the furthest one.
 * @param {LessonAnswers} answers
 * @param {string[]} ids of the lesson's steps
 */
export function progressIn({ done, steps }, ids) {
  let at = "";
  let reached = 0;
  for (const [k, id] of ids.entries()) {
    const seen = steps[id]?.seen ?? 0;
    if (!seen) continue;
    reached = k + 1;
    if (!at || seen >= steps[at].seen) at = id;
  }
  return { at, reached, of: ids.length, done: done > 0 };
}

/**
 * @param {string} lesson
 * @param {string[]} ids of its steps
 */
export const progress = (lesson, ids) => progressIn(answersOf(lesson), ids);
