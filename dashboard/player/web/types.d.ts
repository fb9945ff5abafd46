// What Python sends (dashboard/player/encoding.py), and what the modules pass on.

import type { ExampleCard } from "./examples/example_types.js";

export type Strings = Record<string, string>;
export type Direction = "forward" | "reverse";
export type LayerKey = [layer: number, direction: Direction];
export type Decades = [top: number, decades: number];
export type Show = "values" | "gradients" | "difference";
export type Palette = ReturnType<typeof import("./colours.js").palette>;

import type { Chart, Curve, Score } from "./chart_types.js";

export type { Chart, Curve, Extremes, Figure, Line, Point, Score } from "./chart_types.js";
export type * from "./examples/example_types.js";
export type { Bitmap, Pen } from "./pen_types.js";

// Where the reader stands, for a link: the names are those of dashboard/session/position.py.
export type Position = Record<string, string | number | null>;

// One sequence that the reader watches. D: what the task's panel needs to draw it.
export interface Layout<D = { boundary?: number; text?: string }> {
  symbols: string[];
  answer: string;
  targets: (number | null)[];
  drawing: D;
}

interface Header {
  run: string;
  file: string;
  done: boolean;
  banner: { text: string; button: string; frame: number } | null;
  at: "last" | "every";
  headline: string;
  "headline title": string;
  language: string;
  "headline is share": boolean;
  baselines: [string, number][];
  layouts: Layout[];
  probe: { text: string; error: string };
  strings: Strings;
  cursor?: LinkPosition;
  redraws: boolean; // whether the page has to be drawn anew
}

// The position of a link, as Python has checked it.
export interface LinkPosition {
  link?: number; // another one for each link that was followed
  open?: string; // rows and folds, "keeps,loss"
  update?: number;
  step?: number;
  layer?: number;
  quantity?: string;
  unit?: number;
  show?: Show;
  phase?: number;
  loss?: number;
  state?: number;
  scale?: string;
}

export interface RunHeader extends Header {
  start: number;
  count: number;
  notice: string; // what the reader should know of the run, "" for nothing
  saved: string; // the name under which it is saved by itself
  elsewhere: Elsewhere | null; // of a training elsewhere; null: it trains here, and has a task
  sizes: number[];
  names: string[];
  gates: string[];
  // The gate that carries the state: whether 1 keeps the old one (else 0 does), and whether new content replaces
  // what is not kept (else it is erased). null: there is none.
  recurrence: boolean; // whether a step begins from the state of the step before
  carry: { gate: string; state: string; keeps: boolean; replaces: boolean } | null;
  titles: Record<string, string>; // of the quantities, in words
  layers: LayerKey[];
  kind: string;
  score: Score;
  labels: string[];
  // Of a tiny network its parameters, else none.
  weights: { letter: string; words: string; columns: number; numbers: number }[];
  colours: Record<string, string>;
  // In a comparison:
  letter: string;
  name: string;
  colour: string;
  facts: {
    units: number;
    parameters: number;
    milliseconds: number | null;
    megabytes: number;
    diverged: number;
  };
}

// A training that runs elsewhere. state: how it stands, in words. loss: what the gradients start from; measures: what is drawn over the updates, each line a curve, its label and its colour.
export interface Elsewhere {
  state: string;
  isRunning: boolean;
  loss: string;
  measures: {
    name: string;
    title: string;
    lines: [curve: string, label: string, colour: string][];
    share: boolean;
  }[];
}

export interface GroupHeader extends Header {
  title: string; // of the task
  fair: string;
  seeds: number;
  gates: boolean;
}

// What one layer and direction recorded of one sequence: bytes [T * H], norms and shares [T].
export interface LayerFrame {
  H: number;
  values: Record<string, Uint8Array>;
  grads: Record<string, Uint8Array>;
  norms: Record<string, Float32Array>;
  ranges: Record<string, number>;
  shares: Float32Array;
}

// One update. A recording is dropped again where it takes too much memory.
export interface Frame {
  index: number;
  layout: number;
  scalars: Record<string, number>;
  bytes: number;
  ranges?: Record<string, number>; // the end of each quantity's
  axis?: Decades; // on which norms of gradients stand
  decades?: Decades; // of the colours of gradients
  lost?: Partial<Record<"values" | "gradients", [first: number, last: number]>>; // steps that are not finite
  changes?: Changes; // of these ranges
  picture?: unknown; // the results of an evaluation, for the task's panel
  diagnosis?: [kind: string, sentences: Record<string, string>];
  weights?: number[]; // all of a tiny network, in the order of the header's
  reach?: number[];
  saliency?: (number | null)[]; // of each step: gradient times input
  aside?: { attention?: number[][]; first?: { after: string; chance: number } };
  T?: number;
  output?: Float32Array;
  traces?: LayerFrame[];
}
export type RecordedFrame = Frame & {
  T: number;
  output: Float32Array;
  traces: LayerFrame[];
  axis: Decades;
  decades: Decades;
};
// What the range of this name was, and at which frame it became what it is.
export type Changes = Record<string, { before: string; at: number }>;

interface Played {
  id: string;
  frames: Frame[];
  curves: Record<string, Curve>;
  position: number; // the frame that is shown
  playing: boolean;
  goal?: number; // the update that a link leads to
  follows?: boolean; // whether it plays at the newest update of a training elsewhere
}
export interface Run extends Played {
  header: RunHeader;
  bytes: number;
  replaced: boolean; // whether the last answer brought a frame anew
}
// Several runs that are played as one; `frames` are those of the longest.
export interface Group extends Played {
  header: GroupHeader;
  columns: Run[];
}

// What Streamlit gives to the program of a component.
export interface Component<Data = Uint8Array> {
  parentElement: HTMLElement;
  data: Data | null;
  setTriggerValue(name: string, value: unknown): void;
  setStateValue(name: string, value: unknown): void;
}

// What the page tells a player: the stream to ask, and a stamp that changes with what it would answer.
export interface StreamData {
  token: string;
  stamp: [run: string, ...rest: (string | number)[]];
  strings: Strings;
  back: string; // what the run before is; "" where there is none to go back to
}

// What the Live page says besides: the sentence that is the control, and the example that runs.
export interface SentenceChoice {
  name: string;
  label: string;
  value: string;
  title: string;
  choices: [value: string, title: string][];
}
export type SentencePart = string | SentenceChoice;
export type Sentence = SentencePart[];
export interface LiveData extends StreamData {
  sentence: Sentence;
  example: ExampleCard | null;
}

// The way to a stream, see channel.js.
export interface Channel {
  view: Mounted;
  notice: HTMLElement;
  token: string;
  stamp: string;
  strings: Strings;
  open: AbortController | null; // the question that is being answered
  click: object | null; // the click that is not answered yet; asking twice does no harm
  rests: boolean; // whether it waits until it tries again
  isStale: boolean; // whether it has to ask what is new
  isNotified: boolean; // whether the latest answer brought a sentence of its own, or none
  listener: { take(bytes: Uint8Array): void; position(): object };
}

export interface Mounted {
  host: HTMLElement;
  trigger(name: string, value: object): void;
  fit(): void;
  drawn: number; // how often
}

export interface Row {
  name: string;
  canvas: HTMLCanvasElement;
  scale: HTMLElement; // what it says of its range
  bitmap: { buffer: OffscreenCanvas; image: ImageData; pixels: Uint32Array } | null;
}
export type SlowMotion = {
  stage: "forward" | "loss" | "backward";
  t: number;
  at: number;
  left: number;
};

// What the drawings of one run need to know of the page.
export interface RunView {
  run: Run;
  colours: Palette;
  t: number; // the time step that is lit; -1: none
  row: string | null; // the quantity and the unit that are pointed at
  unit: number;
  layer: number;
  show: Show;
  slow: SlowMotion | null;
}

export type Controls = ReturnType<typeof import("./page.js").controls>;
// story: the part that gets the height of the window, where it is not all of it.
export type Page = Controls & { root: HTMLElement; story?: HTMLElement };

// A page that plays a run, or several as one.
export interface PlayerView<R extends Played & { header: Header } = Run | Group>
  extends Omit<RunView, "run">,
    Mounted {
  run: R;
  page: Page;
  draw(view: PlayerView<R>): void;
  speed: number; // updates a second
  slowness: number; // of slow motion: 1, or a half or a quarter of its speed
  rest: number;
  last: number;
  dirty: boolean;
  stepping: number; // the frame that a click on Step waits for; 0: none
  pin: { t: number; row: string | null; unit: number } | null;
  at: Run | null; // the run that is pointed at
  charts: Chart[];
  watched: boolean; // whether keys and sizes are watched already
}

export interface LiveView extends PlayerView<Run> {
  back: string; // what the run before is; "" for none
  said: LiveData;
  refocus: { button: string; run: string; example: string } | null; // of the card: what gets the focus when another run is there
  left: number; // frames there were when the reader left the page, until it is answered; else 0
  page: ReturnType<typeof import("./live_page.js").buildLivePage>;
}

// Which drawing and which results a panel gets, the task's kind says at run time.
// biome-ignore lint/suspicious/noExplicitAny: see above
type OfTheTask = any;
export type Panel = (
  view: RunView,
  canvas: HTMLCanvasElement,
  frame: RecordedFrame,
  layout: Layout<OfTheTask>,
  results: OfTheTask,
) => void;
export type Confusion = { counts: number[][] };
