import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { breakText, piecesOf } = await import("../../dashboard/player/web/line_breaks.js");

describe("lines of a text", () => {
  it("end between words, or beside Chinese characters", () => {
    assert.deepEqual(piecesOf("of names it"), ["of ", "names ", "it"]);
    assert.deepEqual(piecesOf("隐状态 h，共 24 个。"), [
      ...["隐", "状", "态 ", "h，", "共 ", "24 ", "个。"],
    ]);
  });

  it("are as long as fits, and a longer word stays whole", () => {
    const fits = line => line.length <= 6;
    assert.deepEqual(breakText("of names it has", fits), ["of", "names", "it has"]);
    assert.deepEqual(breakText("梯度在反向传播中消失。", fits), ["梯度在反向传", "播中消失。"]);
    assert.deepEqual(breakText("overfitting", fits), ["overfitting"]);
  });
});
