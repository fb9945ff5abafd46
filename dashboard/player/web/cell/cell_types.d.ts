// What dashboard/views/architectures/cell.py sends, and what the modules pass on.

import type { Mounted, Strings } from "../types.js";

export type GridPoint = [along: number, across: number];

export interface CellNode {
  id: string;
  kind: "input" | "weights" | "operation" | "output";
  sign: string;
  quantity: string; // whose equation it is a part of
  at: GridPoint;
  title: string; // what it does, in words
}

// From one node to all that use its number. quantity: "" where the equations have no name for it.
export interface CellWire {
  source: string;
  quantity: string;
  letter: string;
  meaning: string;
  colour: string;
  carried: boolean;
  pieces: GridPoint[][];
}

export interface CellData {
  run: string; // another one for another network: the drawing and the choices begin anew
  live: string; // the run itself
  cell: string;
  size: GridPoint;
  nodes: CellNode[];
  wires: CellWire[];
  symbols: string[];
  values: Record<string, (number | null)[]>; // of the unit at every step, by the node that gives it
  unit: number;
  units: number;
  step: number;
  picked: string;
  strings: Strings;
}

export interface CellParts {
  root: HTMLElement;
  drawing: HTMLElement;
  step: HTMLInputElement;
  where: HTMLElement;
  unit: HTMLInputElement;
  reading: HTMLElement;
  list: HTMLElement;
}

export interface CellView extends Mounted {
  data: CellData;
  parts: CellParts | null;
  step: number;
  unit: number;
  picked: string;
  standing: string; // cell, width and direction of the drawing that stands
  texts: Map<string, SVGTextElement>;
  timer: number;
}
