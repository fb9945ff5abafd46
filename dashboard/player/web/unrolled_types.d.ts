// What dashboard/views/unrolled/wire.py sends, and what the modules of the unrolled page pass on.

import type { Decades, LayerKey, LinkPosition, Mounted, Palette, Strings } from "./types.js";

export interface UnrolledHeader {
  run: string;
  file: string;
  about: string; // task, cell and update, above the picture
  update: number;
  layers: LayerKey[];
  sizes: number[];
  names: string[];
  order: string[];
  gates: string[];
  symbols: string[];
  parts: [name: string, start: number, stop: number][];
  blocks: string[]; // the gate of each block of rows of weight_hh
  terms: [deltas: string[], state: string][];
  at: number[]; // the steps that have a loss
  losses: number[];
  loss: number | null;
  truncate: number | null;
  shares: number[][];
  whole?: number[][];
  picked: Picked | null;
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
export type Pointed = Picked | PickedTerm;
export interface TermSum {
  steps: Set<number>;
  values: Float64Array;
  image: { slopes: Uint32Array; buffer: OffscreenCanvas; largest: number } | null;
}
// A layer's band on the page, and a strip of it: one quantity at one step.
export interface Band {
  k: number; // the layer's place
  y: number;
  h: number;
  open: boolean; // whether all quantities are shown
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
  colours: Palette;
  parts: import("./unrolled_page.js").Parts | null;
  find: ((px: number, py: number) => Pointed | null) | null;
  findTerm: ((px: number, py: number) => Pointed | null) | null;
}
