// The reader's answers: they stay in this browser, survive reloads and visits, and two tabs of a lesson agree.
//
// Every answer bears its time. Of two writes of one step the later wins; what was there before a lesson was started
// anew is gone in every tab.

/** @import { Answer, LessonAnswers, Stored } from "./course_types.js" */

export const KEY = "unrolled-course";
const VERSION = 1;
const MAX_LESSONS = 100;
const MAX_STEPS = 40;
const MAX_TEXT = 4000; // characters of one answer
const MAX_NAME = 60;

/** @returns {LessonAnswers} */
const noAnswers = () => ({ begun: 0, done: 0, steps: {} });

/**
 * What is stored, as far as it makes sense: anybody may have written there.
 * @param {string | null} text
 * @returns {Stored}
 */
export function parse(text) {
  /** @type {Stored} */
  const stored = { version: VERSION, lessons: {} };
  const read = readJson(text);
  if (!isRecord(read) || read.version !== VERSION || !isRecord(read.lessons)) return stored;
  for (const [name, lesson] of Object.entries(read.lessons).slice(0, MAX_LESSONS)) {
    if (!isRecord(lesson) || name.length > MAX_NAME) continue;
    const clean = noAnswers();
    clean.begun = timeOf(lesson.begun);
    clean.done = timeOf(lesson.done);
    const steps = isRecord(lesson.steps) ? Object.entries(lesson.steps).slice(0, MAX_STEPS) : [];
    for (const [id, answer] of steps)
      if (isRecord(answer) && id.length <= MAX_NAME) clean.steps[id] = cleanAnswer(answer);
    stored.lessons[name] = clean;
  }
  return stored;
}

/** @param {string | null} text */
function readJson(text) {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isRecord = value => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {unknown} value */
const timeOf = value => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/**
 * @param {Record<string, unknown>} answer
 * @returns {Answer}
 */
const cleanAnswer = ({ seen, time, value }) => ({
  seen: timeOf(seen),
  time: timeOf(time),
  value: (JSON.stringify(value) ?? "").length <= MAX_TEXT ? value : undefined,
});

/**
 * What two tabs know together.
 * @param {Stored} a
 * @param {Stored} b
 * @returns {Stored}
 */
export function merge(a, b) {
  /** @type {Stored} */
  const merged = { version: VERSION, lessons: {} };
  for (const name of new Set([...Object.keys(a.lessons), ...Object.keys(b.lessons)]))
    merged.lessons[name] = mergeLesson(
      a.lessons[name] ?? noAnswers(),
      b.lessons[name] ?? noAnswers(),
    );
  return merged;
}

/**
 * @param {LessonAnswers} a
 * @param {LessonAnswers} b
 * @returns {LessonAnswers}
 */
function mergeLesson(a, b) {
  const begun = Math.max(a.begun, b.begun);
  const done = Math.max(a.done, b.done);
  /** @type {LessonAnswers} */
  const merged = { begun, done: done >= begun ? done : 0, steps: {} };
  for (const id of new Set([...Object.keys(a.steps), ...Object.keys(b.steps)])) {
    const [one, other] = [a.steps[id], b.steps[id]];
    const later = !other || (one && one.time >= other.time) ? one : other;
    const seen = Math.max(one?.seen ?? 0, other?.seen ?? 0);
    if (Math.max(seen, later.time) >= begun)
      merged.steps[id] = later.time >= begun ? { ...later, seen } : { seen, time: 0, value: null };
  }
  return merged;
}

/**
 * The answers with one more.
 * @param {Stored} stored
 * @param {string} lesson
 * @param {string} id of the step
 * @param {unknown} value
 * @param {number} time ms
 * @returns {Stored}
 */
export function withAnswer(stored, lesson, id, value, time) {
  const before = stored.lessons[lesson] ?? noAnswers();
  const answer = { seen: before.steps[id]?.seen || time, time, value };
  const steps = { ...before.steps, [id]: answer };
  return { ...stored, lessons: { ...stored.lessons, [lesson]: { ...before, steps } } };
}

/**
 * The answers after this step was seen.
 * @param {Stored} stored
 * @param {string} lesson
 * @param {string} id of the step
 * @param {number} time ms
 * @returns {Stored}
 */
export function withVisit(stored, lesson, id, time) {
  const before = stored.lessons[lesson] ?? noAnswers();
  const answer = { ...(before.steps[id] ?? { time: 0, value: null }), seen: time };
  const steps = { ...before.steps, [id]: answer };
  return { ...stored, lessons: { ...stored.lessons, [lesson]: { ...before, steps } } };
}

/**
 * @param {Stored} stored
 * @param {string} lesson
 * @param {number} time ms
 * @returns {Stored}
 */
export const startedAnew = (stored, lesson, time) => ({
  ...stored,
  lessons: { ...stored.lessons, [lesson]: { begun: time, done: 0, steps: {} } },
});

/**
 * @param {Stored} stored
 * @param {string} lesson
 * @param {number} time ms
 * @returns {Stored}
 */
export const finished = (stored, lesson, time) => ({
  ...stored,
  lessons: {
    ...stored.lessons,
    [lesson]: { ...(stored.lessons[lesson] ?? noAnswers()), done: time },
  },
});
