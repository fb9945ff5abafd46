// The example of the course that runs, and all of them (dashboard/views/live/examples.py).

// Verbs: core/training/look_text.py.
export type LookLink = { verb: string; argument: string; text: string };
export type Titled = [name: string, title: string];
export interface ExampleGroup {
  title: string;
  examples: [name: string, title: string, line: string][];
}
// Of settings that are no example's, name is "" and there is the nearest; a lesson with fixed settings has no groups.
export interface ExampleCard {
  name: string;
  title?: string;
  number?: number;
  parts?: (string | LookLink)[];
  before?: Titled;
  after?: Titled;
  nearest?: Titled;
  groups?: ExampleGroup[];
}
// A real run in small: states [T * H] and the gate that carries them [T * G], one byte each, in base64.
export interface Thumbnail {
  T: number;
  H: number;
  h: string;
  G: number;
  gate: string;
}
