// How a page shows its task's metric: in percent where it is a share, and only there.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, STRINGS, texts } from "./helpers/canvas.js";
import { makeElement } from "./helpers/page.js";

const { buildHeadline } = await import("../../dashboard/player/web/aside/headline.js");
const { compareCharts } = await import("../../dashboard/player/web/compare_page.js");
const { drawCurve } = await import("../../dashboard/player/web/curves.js");
const { drawCharts } = await import("../../dashboard/player/web/compare_charts.js");

// "recall" is a share by its task's word, not by its name.
const header = isShare => ({
  ...{
    headline: "recall",
    "headline is share": isShare,
    "headline title": "Recall",
    baselines: [["without memory", 0.125]],
  },
  score: { baselines: [{ label: "without memory", words: "guessing", value: 0.125 }] },
  ...{ colours: { train: "blue", "held-out": "orange" }, strings: STRINGS, fair: "", letter: "A" },
});
const frames = [{ index: 0 }, { index: 100 }];
const labels = chart => texts(chart.canvas).map(({ text }) => text);
const present = chart => chart.legend.map(([, text]) => text.textContent);

describe("the live page's metric", () => {
  const drawn = isShare => {
    const { chart } = buildHeadline(makeElement("div"), header(isShare));
    const curves = {
      "held-out recall": [
        [0, 0.13],
        [1, 0.5],
      ],
    };
    drawCurve({ run: { frames, curves, position: 0 }, colours: COLOURS }, chart);
    return chart;
  };
  test("has an axis to 100 % where it is a share, and its own numbers where it is not", () => {
    const share = drawn(true);
    for (const label of ["0 %", "50 %", "100 %"]) assert.ok(labels(share).includes(label), label);
    const other = drawn(false);
    assert.ok(labels(other).includes("0.5"));
    assert.ok(labels(other).every(label => !label.includes("%")));
  });
  test("names its curve and what naive predictors reach beside the plot, not on it", () => {
    const { canvas } = drawn(true);
    const lines = canvas.drawn.filter(({ name }) => name === "lineTo");
    const end = Math.max(...lines.map(({ arguments: [px] }) => px));
    const names = texts(canvas).filter(({ text }) => /^(new|without|memory)/.test(text));
    assert.equal(names.map(({ text }) => text).join(" "), "new without memory");
    for (const { text, left } of names) assert.ok(left > end, text);
  });
  test("has no legend: the names stand at the curves", () => {
    assert.deepEqual(present(drawn(true)), []);
  });
});

describe("a comparison's metric", () => {
  const drawn = (isShare, differs) => {
    const columns = ["A", "B"].map(letter => ({ run: { header: { letter, colour: letter } } }));
    const charts = compareCharts(makeElement("div"), header(isShare));
    const curves = { "A held-out recall": [[0, 0.13]], "B held-out recall": [[0, 0.5]] };
    const run = {
      header: header(isShare),
      columns: columns.map(({ run }) => run),
      frames,
      curves,
      position: 0,
    };
    drawCharts({ run, columns, charts, colours: COLOURS }, differs);
    return charts[1];
  };
  test("is in percent where it is a share", () => {
    assert.deepEqual(present(drawn(true, false)), ["A 13.0 %", "B 50.0 %"]);
    assert.deepEqual(present(drawn(false, false)), ["A 0.13", "B 0.5"]);
  });
  test("is subtracted from A's as a number", () => {
    assert.deepEqual(present(drawn(true, true)), ["A ", "B 0.37"]);
  });
});
