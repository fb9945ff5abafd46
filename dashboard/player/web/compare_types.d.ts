// What the modules of the comparison pass on.

import type {
  Chart,
  Decades,
  Figure,
  Group,
  LayerFrame,
  Layout,
  Page,
  PlayerView,
  RecordedFrame,
  Row,
  Run,
} from "./types.js";

// What is laid over each other on the time axis of a comparison.
export interface StepFigure extends Figure {
  t?: ((px: number) => number) | null;
  decades?: Decades;
}
export interface StepCurve {
  letter: string;
  name: string;
  colour: string;
  values: ArrayLike<number>;
}

// What a run's column is made of.
export interface ColumnParts {
  box: HTMLElement;
  figure: HTMLElement; // the headline metric
  read: HTMLElement;
  answer: HTMLElement;
  chance: HTMLElement;
  bar: HTMLElement;
  facts: Record<string, HTMLElement>;
  told: HTMLElement; // how the run stands
  rows: Row[];
  network: HTMLCanvasElement;
  gradients: HTMLCanvasElement;
  change: HTMLElement; // what the axis of the gradients was a moment ago
}
export interface ComparedRun {
  run: Run;
  parts: ColumnParts;
  buffers: Record<string, Uint8Array>;
}
export interface ComparedChart extends Chart {
  title: string;
  name: string; // of the curve
  baselines: [label: string, value: number][];
  share: boolean;
  dots: boolean;
}
export interface CompareView extends PlayerView<Group> {
  page: Page & { fair: HTMLElement; words: HTMLElement; side: HTMLElement };
  charts: ComparedChart[];
  columns: ComparedRun[];
  reach: StepFigure;
  openness: StepFigure;
}
// What one of the runs shows at the present position.
export interface Shown {
  run: Run;
  frame: RecordedFrame;
  trace: LayerFrame;
  layout: Layout;
}
