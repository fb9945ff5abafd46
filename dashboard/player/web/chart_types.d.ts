// Curves over the updates, and how good they say the network is.

export type Point = [position: number, value: number];
// least, most: of its values that are above 0; low, high: of all.
export type Extremes = { low: number; high: number; least: number; most: number };
export type Curve = Point[] & { of?: number; extremes?: Extremes };

export interface Figure {
  canvas: HTMLCanvasElement;
  note: HTMLElement;
  caption: HTMLElement;
  legend: [entry: HTMLElement, text: HTMLElement][];
}
export interface Line {
  name: string;
  label: string;
  colour: string;
  wide: number;
  dots?: boolean;
  band?: [low: string, high: string];
}
export interface Chart extends Figure {
  lines: Line[];
  marks: [label: string, value: number][];
  unit: boolean; // whether the axis is 0 .. 100 %
  areNamed?: boolean; // whether the names of the lines stand beside the plot, instead of a legend
  signed?: boolean;
  best?: Point | null; // gets a ring
  scrub?: (px: number) => number;
}

// How good a network is, in words: what stands after the headline's value. See dashboard/session/score.py.
export interface Score {
  unseen: string; // of what it has never seen
  seen: string; // of what it was trained on
  baselines: { label: string; words: string; value: number }[]; // label: beside the curve
  solved: number | null; // the value that counts as solved
  rises: boolean; // whether higher is better
}
