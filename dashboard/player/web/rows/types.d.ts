// What the modules of the rows pass on.

import type { LiveView, Row } from "../types.js";

// Texts along the time axis: one for each step, or for some where there is no room for all.
export interface TextStrip {
  root: HTMLElement;
  texts: StepText[];
  steps: number[]; // those that have a text
  key: string; // what they were chosen for
}
export interface StepText {
  node: HTMLElement;
  text: string;
  full: string;
  look: string;
}

// A row: its heading and caption on the left, its pictures and texts on the axis.
export interface RowElements {
  root: HTMLElement;
  label: HTMLElement;
  heading: HTMLElement;
  caption: HTMLElement;
  plot: HTMLElement;
}
// The map of a quantity.
export interface MapRow extends RowElements, Row {
  fold: HTMLButtonElement | null; // opens it; null: it is always open
}

// What the network says after a step.
export interface Answer {
  text: string;
  level: number; // 0 .. 1: the chance, or where the value stands between the least and the largest
  mark: number | null; // where the target stands
  right: boolean | null; // null: nobody knows
}

export type Rows = LiveView["page"]["rows"];
