// A column of a comparison: what is seen at first, how good the network is, and the column in a sentence.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { columnInWords, namesAtFirst, scoreOf, showAnswerOf } = await import(
  "../../dashboard/player/web/compare_column.js"
);

const node = text => ({ textContent: text, classList: { toggle() {} } });

describe("a column of a comparison", () => {
  test("shows the state and what carries it at first, whatever the cell", () => {
    const shown = (names, gate) => namesAtFirst({ names, carry: gate && { gate } });
    assert.deepEqual(shown(["a", "h"], null), ["h"]);
    assert.deepEqual(shown(["i", "f", "g", "o", "c", "h"], "f"), ["f", "c", "h"]);
    assert.deepEqual(shown(["r", "z", "n", "h"], "z"), ["z", "h"]);
  });

  test("has the latest score up to the update that is shown", () => {
    const curves = {
      "B held-out accuracy": [
        [0, 0.1],
        [10, 0.874],
      ],
    };
    const score = (letter, position, isShare = true) =>
      scoreOf(
        { run: { curves, position } },
        { header: { letter, headline: "accuracy", "headline is share": isShare } },
      );
    assert.equal(score("B", 12).replace("\u00a0", " "), "87 %");
    assert.equal(score("B", 9).replace("\u00a0", " "), "10 %");
    assert.equal(score("B", 12, false), "0.874");
    assert.equal(score("A", 12), "–", "another network's is not taken");
  });

  test("answers after the lit step, else after the last, and marks what is right", () => {
    const strings = { "after it says": "after {read} it says" };
    const header = { kind: "classes", at: "last", labels: ["Greek", "Irish"], strings };
    const frame = { T: 2, output: Float32Array.of(0.9, 0.1, 0.25, 0.75) };
    const layout = { symbols: ["y", "a"], targets: [1], drawing: {} };
    const said = t => {
      const looks = {};
      const answer = { ...node(""), classList: { toggle: (name, on) => (looks[name] = on) } };
      const read = node("");
      showAnswerOf({ t, run: { header } }, { read, answer }, frame, layout);
      return [read.textContent, answer.textContent, looks.right];
    };
    assert.deepEqual(said(0), ["after y it says", "Greek 90 %", false]);
    assert.deepEqual(said(-1), ["after y-a it says", "Irish 75 % ✓", true]);
    assert.deepEqual(said(7), said(-1), "a step that is not there");
  });

  test("is one sentence for whoever does not see it", () => {
    const parts = {
      ...{ figure: node("87 %"), read: node("after y-a it says") },
      answer: node("Irish 75 %"),
    };
    const header = {
      ...{ letter: "B", name: "LSTM", score: { unseen: "of names are right" } },
      strings: { column: "{letter}, {name}: {score}; {read} {answer}." },
    };
    const sentence = "B, LSTM: 87 % of names are right; after y-a it says Irish 75 %.";
    assert.equal(columnInWords(parts, header), sentence);
  });
});
