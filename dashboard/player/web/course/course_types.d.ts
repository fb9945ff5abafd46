// What Python sends of a lesson (dashboard/widgets/rail.py), and what the rail's modules pass on.

import type { Mounted, Strings } from "../types.js";

export interface CurveQuestion {
  x: [from: number, to: number]; // left to right
  y: [low: number, high: number];
  log?: boolean; // of y
  points?: number;
}
export interface NumberQuestion {
  low?: number;
  high?: number;
  unit?: string;
}
export interface Question {
  choice?: string[];
  number?: NumberQuestion;
  curve?: CurveQuestion;
}
export interface Until {
  update?: number;
  metric?: string;
  reaches?: number;
  seconds?: number;
  column?: string;
}
export interface Reveal {
  of: string; // the step whose prediction is laid over what was measured
  metric?: string;
  curve?: "gradient" | "loss" | "headline";
  figures?: string[];
  column?: string;
}
export interface Check {
  number?: NumberQuestion & { answer: number | string; tolerance?: number };
  choice?: { of: string[]; answer: string };
  click?: { step?: number; unit?: string; largest?: string };
  match?: { curves: string[]; figure: string };
}
export type Kind =
  | "read"
  | "ask"
  | "predict"
  | "until"
  | "reveal"
  | "explain"
  | "check"
  | "transfer";
export interface Step {
  id: string;
  kind: Kind;
  html: string; // safe: Python has made it from the lesson's Markdown
  choices: [key: string, words: string][];
  point?: string;
  page?: string; // the title of the page that the step sets up; "": it leaves all as it is
  predict?: Question;
  until?: Until;
  reveal?: Reveal;
  check?: Check;
  answers?: Record<string, string>; // answer, right, wrong, wrong-KEY, hint: HTML
}
export interface Lesson {
  name: string;
  number: number;
  title: string;
  question: string;
  minutes: number;
  language: string;
  steps: Step[];
  after?: { name: string; title: string } | null;
}
// A stored result: one value for each seed, or curves.
export interface StoredFigure {
  values?: number[];
  texts?: string[]; // of the values, as the lesson's text has them
  text?: string; // of their median
  format?: "percent" | "number" | "scientific" | "whole";
  label?: string;
  curve?: [x: number, y: number][]; // of the first seed, over the updates
  curves?: Record<string, [x: number, y: number][]>; // of a check that matches them
}
export interface LessonData {
  lesson: Lesson | null;
  at: string;
  room: string;
  figures: Record<string, StoredFigure>;
  terms?: Record<string, { title: string; html: string }>;
  strings: Strings;
  now?: { page: string; update: number; metrics: Record<string, number> };
}

// What the reader gave at a step, and when (ms); seen: when the step was on the screen last.
export interface Answer {
  seen: number;
  time: number;
  value: unknown;
}
// begun: when it was started anew. done: when its end was reached; 0: not yet.
export interface LessonAnswers {
  begun: number;
  done: number;
  steps: Record<string, Answer>;
}
export interface Stored {
  version: number;
  lessons: Record<string, LessonAnswers>;
}

// What a player shows at this moment.
export interface Now {
  page: string;
  run: string;
  update: number;
  playing: boolean;
  over: boolean; // it will not train on
  metrics: Record<string, number>; // by the name of their curve, "held-out accuracy"
  rises: boolean; // whether more of the headline is better
  headline: string;
  columns: Record<string, Record<string, number>>;
  pin: { t: number; row: string | null; unit: number } | null; // what was clicked on
  sizes: number[]; // of the gradient at each step, of their peak
  curves(column?: string): Record<string, [x: number, y: number][]>; // over the updates
}
// A step's control, while it is on the screen.
export interface Control {
  root: HTMLElement;
  isDone(): boolean;
  needs?: string; // the sentence where it is not done
  submitTyped?(): boolean; // takes an answer that stands there and was not given yet -> whether there is one
  follow?(now: Now | null, seconds: number): void; // several times a second
  line?(): string; // what the folded rail says
}
// What a control may ask of the rail, and tell it.
export interface StepContext {
  data: LessonData;
  lesson: Lesson;
  step: Step;
  strings: Strings;
  read(id?: string): unknown; // the reader's answer, of another step by its id
  isSeen(id: string): boolean;
  write(value: unknown): void;
  changed(): void; // what Next allows may have changed
  announce(sentence: string): void; // for all, and spoken once
}

export interface RailView extends Mounted {
  data: LessonData | null;
  text: string; // the lesson as it was built last, to see whether it is another
  at: string; // the id of the step that is shown
  sent: string; // the step that Python was told of and has not yet confirmed; "": none
  parts: ReturnType<typeof import("./rail_page.js").buildRail> | null;
  control: Control | null;
  entered: number; // when the step was, ms
  timer: number;
  folds: boolean; // once something plays, to one line
}
