// What dashboard/views/unrolled/wire.py sends, and what the modules of the unrolled page pass on.

import type { Decades, LayerKey, LinkPosition, Mounted, Palette, Strings } from "./types.js";

export interface UnrolledHeader {
  run: string; // what is read, as <run of the Live page>.…; another name for other numbers
  file: string;
  about: string; // task, cell and update, above the picture
  update: number;
  layers: LayerKey[];
  sizes: number[];
  names: string[];
  titles: Record<string, string>; // of the names: "reset gate r"
  states: string[]; // of the names, those that go on from step to step
  order: string[];
  gates: string[];
  symbols: string[];
  parts: [name: string, start: number, stop: number][];
  blocks: string[]; // the gate of each block of rows of weight_hh
  terms: [deltas: string[], state: string][];
  at: number[]; // the steps that have a loss
  losses: number[];
  loss: number | null;
  says: string[]; // the network's answer at each step that has a loss
  saliency: (number | null)[]; // of each step: gradient times input; empty of a recording alone
  truncate: number | null;
  recurrence: boolean; // whether a step begins from the state of the step before
  shares: number[][];
  whole?: number[][];
  decades: Decades;
  colours: Record<string, string>;
  strings: Strings;
  cursor?: LinkPosition;
}
// A number of the network, or (with a column) of dW_hh.
export interface Picked {
  layer: number;
  t: number;
  name: string;
  unit: number;
  column?: number;
  value?: number;
}
// The bar of one step's term.
export interface PickedTerm {
  t: number;
  step: number;
  share: number;
  whole: number;
}
// The share of one step's input in the loss.
export interface PickedShare {
  t: number;
  step: number;
  input: number | null;
}
export type Pointed = Picked | PickedTerm | PickedShare;
export interface TermSum {
  steps: Set<number>;
  values: Float64Array;
  width: number; // columns that are summed
  sample: import("./unrolled_terms.js").Sample;
  image: { slopes: Uint32Array; buffer: OffscreenCanvas; largest: number } | null;
}
// A layer's band on the page, and a strip of it: one quantity at one step.
export interface Band {
  k: number; // the layer's place
  y: number;
  h: number;
  open: boolean; // whether its quantities are named
  names: string[]; // the quantities that are drawn
  left: (t: number) => number;
  cell: number;
  gap: number;
}
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  t: number;
  layer: number;
  name: string;
}
export interface UnrolledLayer {
  key: LayerKey;
  H: number;
  arrays: Record<string, Float32Array>;
  sizes?: { values: Float64Array; gradients: Float64Array; decades: Decades }; // norms of h and dh
  largest: Record<string, number>; // size of each quantity, where it was asked for
  sum: TermSum | null;
  term: TermSum | null;
}
export interface Phase {
  stage: "forward" | "loss" | "backward";
  round: number;
  step: number;
}
export interface UnrolledView extends Mounted {
  header: UnrolledHeader;
  layers: UnrolledLayer[];
  phase: number;
  now: Phase & { t: number };
  layer: number;
  playing: boolean;
  speed: number;
  rest: number;
  last: number;
  picked: Picked | null;
  hover: Pointed | null;
  cursor: { t: number; unit: number; name: string } | null; // of the keyboard, or where a tap was
  weightCursor: { row: number; column: number } | null;
  compact: boolean | null; // whether the states alone are to be drawn; null: as fits
  isCompact: boolean; // whether they are
  window: import("./unrolled_window.js").StepWindow;
  shown: string[]; // the quantities that are drawn of the layer that is looked at
  held: boolean; // whether the reader has moved the window: then it does not follow the pass
  follows: number; // the phase that the window has followed
  colours: Palette;
  parts: import("./unrolled_page.js").Parts | null;
  find: ((px: number, py: number) => Pointed | null) | null;
  findTerm: ((px: number, py: number) => Pointed | null) | null;
}

// What dashboard/views/unrolled/unit_curve.py sends.
export interface CurveHeader {
  mark: Picked | null; // of the network, where the number is one of it
  t: number;
  "is weight": boolean;
  symbols: string[];
  curves: {
    title: string;
    place: { name: string; unit: number; layer: number; direction: string };
    isGradient: boolean;
    isAsked: boolean; // its number at the lit step is for the reader to find
    decades: Decades;
  }[];
  parts: [name: string, start: number, stop: number][];
  strings: Strings;
}
export interface CurveView extends Mounted {
  header: CurveHeader;
  curves: Float32Array[];
  colours: Palette;
  t: number;
  hover: number; // the step that is pointed at; -1: none
  timer: number;
  parts: { canvas: HTMLCanvasElement; slider: HTMLElement; words: HTMLElement } | null;
  find: ((px: number, py: number) => { t: number; k: number } | null) | null;
}
