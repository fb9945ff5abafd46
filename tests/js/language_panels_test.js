// What the panels of texts and sentences say, and what they leave unsaid.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { texts } from "./helpers/canvas.js";
import { drawn, marked } from "./helpers/panels.js";

describe("text", () => {
  const labels = ["<unk>", "cat", "sees"];
  const output = [0.2, 0.3, 0.5, 0.1, 0.8, 0.1, 0.25, 0.25, 0.5];
  const strings = {
    after: "After {text}",
    "whole of words": "words, {log_p}, {perplexity}",
    "whole of characters": "characters, {log_p}, {perplexity}",
    "whole of answers": "answers, {log_p}, {perplexity}",
    "whole with first": "{after} {p}, {log_p}, {perplexity}",
    "unknown word": "1 unknown: {symbols}",
    "unknown words": "{n} unknown: {symbols}",
  };
  const said = (drawing, targets = [2, 1, 0], aside = undefined) =>
    texts(
      drawn("text", {
        header: { at: "every", labels, strings },
        t: 0,
        ...{ output, aside },
        layout: { symbols: ["cat", "sees", "cat"], targets, drawing },
      }),
    ).map(({ text }) => text);

  test("marks nothing after the last symbol, whose successor is unknown", () => {
    const layout = { symbols: ["x", "y"], targets: [1, null], drawing: {} };
    const shown = t =>
      marked(
        drawn("text", {
          header: { at: "every", labels: ["x", "y"] },
          ...{ t, output: [0.4, 0.6, 0.3, 0.7], layout },
        }),
      );
    assert.ok(shown(0).includes("y"));
    assert.deepEqual(shown(1), []);
  });
  test("gives log p of what is shown, given its first symbol: not of what follows it", () => {
    const two = (Math.log(0.5) + Math.log(0.8)).toFixed(2);
    const all = (Math.log(0.5) + Math.log(0.8) + Math.log(0.25)).toFixed(2);
    const starts = (lines, start) => lines.some(text => text.startsWith(start));
    assert.ok(starts(said({ unit: "word" }), `words, ${two},`));
    assert.ok(starts(said({ unit: "word" }, [2, 1, null]), `words, ${two},`));
    assert.ok(starts(said({ unit: "character" }), `characters, ${two},`));
    assert.ok(starts(said({}), `answers, ${all},`)); // where the answers are not the text itself
  });
  test("gives log p of all of it where the chance of the first word is known", () => {
    const aside = { first: { after: ".", chance: 0.25 } };
    const logs = [0.25, 0.5, 0.8].map(Math.log);
    const sum = logs.reduce((a, b) => a + b);
    const lines = said({ unit: "word" }, [2, 1, null], aside);
    const perplexity = Math.exp(-sum / 3).toPrecision(3);
    assert.ok(lines.includes(`. 0.25, ${sum.toFixed(2)}, ${perplexity}`), lines.join("|"));
  });
  test("says which words it does not know", () => {
    assert.ok(said({ unit: "word", unknown: ["zebra"] }).includes("1 unknown: zebra"));
    assert.ok(said({ unit: "word", unknown: ["zebra", "gnu"] }).includes("2 unknown: zebra, gnu"));
    assert.ok(!said({ unit: "word", unknown: [] }).some(text => text.includes("unknown:")));
  });
});

test("classes shows letters with their marks, and of a long name its end", () => {
  const heading = symbols =>
    texts(
      drawn("classes", {
        header: { at: "last", labels: ["a", "b"], strings: { "says of": "{text}", says: "none" } },
        ...{ t: symbols.length - 1, output: Array(2 * symbols.length).fill(0.5) },
        layout: { symbols, targets: [0], drawing: {} },
      }),
    )[0].text;
  assert.equal(heading(["ते", "e\u0301", "👨‍👩‍👧"]), "तेe\u0301👨‍👩‍👧");
  assert.equal(heading(["ab", "c"]), "none");
  assert.match(heading([..."x".repeat(90), "y"]), /^…x+y$/);
});

describe("distances", () => {
  const words = "the cats , which already ate a bunch of food by the old door ,".split(" ");
  const strings = {
    untrained: "untrained",
    "number at chance": "at chance",
    "detector rises": "rises {unit} {auc}",
    "detector falls": "falls {unit} {auc}",
    ...{ gap: "{factor}", "no such gate": "", "accuracy over distance": "", "words between": "" },
  };
  const panel = (symbols, t, keeper = null, index = 1) =>
    texts(
      drawn("distances", {
        header: { at: "last", labels: ["was", "were"], strings },
        ...{ t, index, output: Array(2 * symbols.length).fill(0.5) },
        layout: { symbols, targets: [1], drawing: {} },
        picture: { distances: [1, 8], accuracies: [1, 0.8], keeper },
      }),
    );
  const sentence = shown => shown.slice(1, shown.findIndex(({ text }) => text === "?") + 1);

  test("writes every word of the sentence, and marks what is read", () => {
    for (const t of [0, 5, words.length - 1]) {
      const shown = sentence(panel(words, t));
      const text = shown.map(each => each.text).join(" ");
      assert.equal(text, "The cats, which already ate a bunch of food by the old door, ?");
      const read = shown.filter(({ colour }) => colour === "text").map(each => each.text);
      assert.equal(read[0], "The");
      assert.equal(read.includes("door,"), t === words.length - 1);
      assert.equal(read.includes("already"), t >= 4);
    }
  });
  test("leaves out the middle of one that is too long, never its beginning or its end", () => {
    const long = [...words.slice(0, -1), ..."and slept by the fence ".repeat(30).trim().split(" ")];
    const text = sentence(panel([...long, ","], 3))
      .map(each => each.text)
      .join(" ");
    assert.match(text, /^The cats, which already … .*slept by the fence, \?$/);
  });
  test("says of no unit that it holds the number while the accuracy is at chance", () => {
    const said = (keeper, index) => panel(words, 0, keeper, index).map(({ text }) => text);
    const keeper = { unit: 3, auc: 0.98, rises: false, kept: 0.97, gates: {}, gate: "" };
    assert.ok(said(null).includes("at chance"));
    assert.ok(!said(null).some(text => /^(rises|falls)/.test(text)));
    assert.ok(said(keeper).includes("falls h[3] 0.98"));
    assert.ok(said({ ...keeper, rises: true }).includes("rises h[3] 0.98"));
    assert.ok(said(keeper, 0).includes("untrained"));
    assert.ok(!said(keeper, 0).includes("falls h[3] 0.98"));
  });
});
