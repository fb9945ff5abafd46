// Where the app is, from the address of a module.

import assert from "node:assert/strict";
import { test } from "node:test";

const { address } = await import("../../dashboard/player/web/base.js");

test("what stands beside the player is found below any prefix", () => {
  const cases = {
    "http://localhost:8501/player/0123/base.js": "http://localhost:8501/frames/abc?n=1",
    "https://school.example/class/rnn/player/0123/base.js":
      "https://school.example/class/rnn/frames/abc?n=1",
  };
  for (const [module, expected] of Object.entries(cases))
    assert.equal(address("frames/abc?n=1", module), expected);
});

test("by itself it starts from where the module is", () => {
  assert.ok(address("core").endsWith("/dashboard/core"));
});
