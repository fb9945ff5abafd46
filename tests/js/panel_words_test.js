// What a task's own picture says in words.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { describePanel } = await import("../../dashboard/player/web/panels/in_words.js");

const plain = text => text.replaceAll("\u00a0", " ");

describe("a panel in words", () => {
  const S = {
    list: "{first}, {second}",
    "two sentences": "{first} {second}",
    "panel says": "After {text}: {guesses}.",
    "panel says, target": "After {text}: {guesses}; target {target}.",
    "step says": "After step {t}: {value}.",
    "step says, target": "After step {t}: {value}; target {target}.",
    "step answers": "After step {t}: {answers}.",
    "yes with": "{name} yes {chance}",
    "yes with, right": "{name} yes {chance}, right is {right}",
    "shows confusion": "A map.",
    "row so far": "row {t}",
    ...{ yes: "yes", no: "no" },
  };
  const view = (header, t) => ({ t, run: { header: { strings: S, at: "last", ...header } } });
  const frame = (output, labels) => ({ T: output.length / labels.length, output });
  const labels = ["Greek", "Irish", "Italian"];
  const output = [0.1, 0.2, 0.7, 0.79, 0.19, 0.02];
  const layout = { symbols: ["b", "o"], targets: [2], drawing: {} };
  const said = (kind, t, results = null, more = layout) =>
    plain(describePanel(kind, view({ kind, labels }, t), frame(output, labels), more, results));

  test("says the answer at the lit step, and what is right", () => {
    assert.equal(said("classes", 0), "After b: Italian 70 %, Irish 20 %; target Italian.");
    assert.equal(said("classes", -1), "After b-o: Greek 79 %, Irish 19 %; target Italian.");
  });
  test("says no target where nobody knows it, and what else is drawn", () => {
    const unknown = { ...layout, targets: [null] };
    assert.equal(
      said("classes", 1, { counts: [] }, unknown),
      "After b-o: Greek 79 %, Irish 19 %. A map.",
    );
  });
  test("counts the rows of an image", () => {
    assert.match(said("digits", 1), /^After row 2: Greek 79 %/);
  });
  test("says a number and its target", () => {
    const words = describePanel(
      ...["values", view({ kind: "values", labels: ["sum"] }, 1)],
      ...[frame([0.5, 0.823], ["sum"]), { symbols: ["", ""], targets: [0.75], drawing: {} }, null],
    );
    assert.equal(words, "After step 2: 0.823; target 0.75.");
  });
  test("says yes or no for each output", () => {
    const words = describePanel(
      ...["binary", view({ kind: "binary", labels: ["a", "b"] }, 0)],
      ...[frame([0.9, 0.2], ["a", "b"]), { symbols: [""], targets: [1, 1], drawing: {} }, null],
    );
    assert.equal(plain(words), "After step 1: a yes 90 %, right is yes; b yes 20 %, right is yes.");
  });
});
