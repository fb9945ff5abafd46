// What dashboard/views/gradients/triangle.py sends, and what the triangle's modules pass on.

import type { Decades, LinkPosition, Mounted, Palette, Pen, Strings } from "./types.js";

export interface TriangleTrace {
  title: string;
  quantity: string;
  origins: number[];
  horizons: number[];
  lost: boolean[];
  decades: [sizes: Decades, shares: Decades]; // the scale of its sizes, and of shares of each row's largest
  reverse: boolean;
}
export interface TriangleHeader {
  run: string;
  file: string;
  update: number;
  trains: boolean;
  stopped: boolean;
  at: number[]; // the steps that have a loss
  symbols: string[];
  traces: TriangleTrace[];
  strings: Strings;
  cursor?: LinkPosition;
}
export interface TriangleView extends Mounted {
  header: TriangleHeader;
  matrices: Float32Array[]; // [K * T] of each trace
  past: { update: number; horizons: number[] }[];
  playing: boolean;
  drawnFor: number; // the update at which the page was drawn; -1: not known yet
  k: number; // the loss and the step that are lit; -1: the last loss, no step
  t: number;
  trace: number;
  relative: boolean; // to the largest of each row
  colours: Palette;
  parts: import("./triangle_page.js").Parts | null;
  locate: ((px: number, py: number) => { k?: number; t?: number } | null) | null;
}
type Edges = { left: number; right: number; top: number; bottom: number };
// The triangle as it is drawn this time.
export interface TrianglePlace {
  x: Pen;
  c: Palette;
  S: Strings;
  trace: TriangleTrace;
  G: Float32Array;
  T: number;
  K: number;
  row: number;
  column: number;
  single: boolean; // one loss: no map
  narrow: boolean; // its parts stand one below the other
  relative: boolean;
  at: number[];
  symbols: string[];
  hue: string;
  largest: Float32Array; // of each row
  map: Edges;
  foot: { top: number; bottom: number };
  beside: Edges & { head: number }; // head: px of its top that its title takes
  past: Edges;
  legend: { left: number; right: number; top: number };
  scale: Decades;
  value(k: number, t: number): number;
}
