// What the modules of the comparison pass on.

import type { MapRow } from "./rows/types.js";
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

export type ColumnParts = ReturnType<typeof import("./compare_column.js").buildColumn>;
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
  page: Page & {
    fair: HTMLElement;
    openAll: () => void; // what is folded of all columns
    reading: Record<"box" | "words" | "numbers" | "spoken", HTMLElement>;
    rows: { maps: MapRow[] }; // those that keys move over: of the column that is pointed at
  };
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
