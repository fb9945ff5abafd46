// A document without a browser: elements that hold what they are given. Import it before the modules under test.

import { recordedCanvas } from "./canvas.js";

function makeElement(tag) {
  const attributes = {};
  const children = [];
  const made = tag === "canvas" ? recordedCanvas(300, 120) : {};
  return Object.assign(made, {
    ...{ tag, attributes, children, style: {}, dataset: {}, hidden: false, textContent: "" },
    setAttribute: (name, value) => {
      attributes[name] = value;
    },
    append: (...more) => children.push(...more),
  });
}

globalThis.document = { createElement: makeElement };

export { makeElement };
