// What the modules of the comparison pass on.

import type {
  Chart,
  ColumnElements,
  Decades,
  Figure,
  Group,
  LayerFrame,
  Layout,
  Page,
  PlayerView,
  RecordedFrame,
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

export interface ComparedRun {
  run: Run;
  facts: Record<string, HTMLElement>;
  told: HTMLElement;
  elements: ColumnElements;
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
  page: Page & { fair: HTMLElement; words: HTMLElement };
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
