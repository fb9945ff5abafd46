// Streamlit's own words in the reader's language: what is known of them, and with what in it.

import assert from "node:assert/strict";
import { test } from "node:test";

const { makeTranslator } = await import("../../dashboard/player/web/top/streamlit_words.js");

const translate = makeTranslator({
  Open: "打开",
  "Help for {label}": "{label}：帮助",
  "Number is outside the allowed range. Please enter a value between {low} and {high}.":
    "请输入 {low} 到 {high} 之间的数。",
  "{label} — end": "{label}（终点）",
  "{size} per file": "每个文件不超过 {size}",
});

test("a word that is known is exchanged, one that is not stays", () => {
  assert.equal(translate("Open"), "打开");
  assert.equal(translate(" Open "), " 打开 ");
  for (const text of ["Opened", "open", "", "打开", "Help for "])
    assert.equal(translate(text), text);
});

test("what Streamlit has put in stays in it, whatever it is", () => {
  assert.equal(translate("Help for 学习率"), "学习率：帮助");
  assert.equal(translate("Help for $& {label} (a|b)"), "$& {label} (a|b)：帮助");
  assert.equal(translate("一段：从哪一步 — end"), "一段：从哪一步（终点）");
  assert.equal(translate("64MB per file"), "每个文件不超过 64MB");
  assert.equal(
    translate("Number is outside the allowed range. Please enter a value between -1.5 and 2."),
    "请输入 -1.5 到 2 之间的数。",
  );
});
