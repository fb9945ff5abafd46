// Prints what the player reads from messages: node decode.js run|group|arrays FILE... (tests/test_decode.py).

import { readFileSync } from "node:fs";
import { decode, decodeGroup, readArrays } from "../../../dashboard/player/web/decode.js";
import { gradientOf } from "../../../dashboard/player/web/scales.js";

const [kind, ...files] = process.argv.slice(2);
const listed = arrays => Object.fromEntries(Object.entries(arrays).map(([k, v]) => [k, [...v]]));

const frame = given => ({
  ...given,
  output: given.output && [...given.output],
  traces: given.traces?.map(({ values, grads, norms, shares, ranges, H }) => ({
    ...{ H, ranges, values: listed(values), norms: listed(norms), shares: [...shares] },
    grads: Object.fromEntries(
      Object.entries(grads).map(([k, bytes]) => [
        k,
        [...bytes].map(b => gradientOf(b, given.decades)),
      ]),
    ),
  })),
});
const run = ({ id, position, replaced, curves, frames }) => ({
  ...{ id, position, replaced, curves },
  frames: frames.map(frame),
});
const readers = {
  run: bytes => run(decode(bytes)),
  group: bytes => {
    const { id, position, columns, frames } = decodeGroup(bytes);
    return { id, position, length: frames.length, columns: columns.map(run) };
  },
  arrays: bytes => {
    const { header, numbers } = readArrays(bytes);
    return { header, numbers: [...numbers] };
  },
};

const answers = files.map(file => readers[kind](new Uint8Array(readFileSync(file))));
process.stdout.write(JSON.stringify(answers));
