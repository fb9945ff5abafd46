// The elements of a player: built once for a run, filled by the other files.

import { element, option } from "./elements.js";
import { carrierOf } from "./gradient_axis.js";
import { fill } from "./sentences.js";
import { buildTransport } from "./top/transport.js";

/** @import { Chart, ColumnElements, Figure, LayerKey, Line, RunHeader, Show, Strings } from "./types.js" */

export { element, option };

/**
 * The name of a layer; where some read backward, with its direction.
 * @param {LayerKey} layer
 * @param {LayerKey[]} layers
 */
export function nameOfLayer([layer, direction], layers) {
  if (!layers.some(([, other]) => other === "reverse")) return String(layer + 1);
  return `${layer + 1} ${direction === "reverse" ? "←" : "→"}`;
}

/**
 * The strip of controls, the banner, and the line about what is watched.
 * @param {Strings} S
 * @param {LayerKey[]} layers of the deepest run
 * @param {Show[]} shows
 */
export function controls(S, layers, shows) {
  const transport = buildTransport(S);
  const bannerText = element("span");
  const bannerButton = element("button", { type: "button" });
  const banner = element(
    "div",
    { class: "banner", role: "alert", hidden: "" },
    bannerText,
    bannerButton,
  );

  const probe = element("input", {
    class: "probe",
    type: "text",
    maxlength: "2000",
    "aria-label": S.read,
    spellcheck: "false",
  });
  const error = element("span", { class: "error", role: "status" });
  const answer = element("span", { class: "answer" });
  const show = element(
    "select",
    { "aria-label": S["values or gradients"] },
    ...shows.map(name => option(name, S[name])),
  );
  const layer = element(
    "select",
    { "aria-label": S["which layer"] },
    ...layers.map((key, k) => option(k, fill(S.layer, { name: nameOfLayer(key, layers) }))),
  );
  layer.hidden = layers.length < 2;
  const legend = element("canvas", { class: "legend", "aria-hidden": "true" });
  const above = element(
    "div",
    { class: "above" },
    element("label", {}, `${S.read} `, probe),
    answer,
    error,
    element("span", { class: "gap" }),
    layer,
    show,
    legend,
  );
  return {
    ...transport,
    banner,
    bannerText,
    bannerButton,
    probe,
    error,
    answer,
    show,
    layer,
    legend,
    above,
  };
}

/**
 * One network on the time axis; see column.js.
 * @param {HTMLElement} parent takes its rows
 * @param {RunHeader} header
 * @returns {ColumnElements}
 */
export function column(parent, header) {
  const S = header.strings;
  const network = element("canvas", { role: "img", "aria-label": S["unrolled network"] });
  const gradients = element("canvas", { role: "img", "aria-label": S.gradient });
  appendRow(parent, "x → h", S.network, network, "network");
  const rows = header.names.map(name => {
    const canvas = element("canvas", {
      class: "map",
      role: "img",
      "aria-label": fill(S.map, { name }),
    });
    const scale = appendRow(parent, name, "", canvas, `heat ${name}`, header.colours[name]);
    return { name, canvas, scale, bitmap: null };
  });
  const note = appendRow(parent, "‖∂L/∂·‖", "", gradients, "grads");
  const change = element("span", { class: "change", role: "status" });
  note.append(...lineNames(header), change);
  return { network, rows, gradients, change };
}

/**
 * The lines of the gradient, named in their own colours: the one to look at first.
 * @param {RunHeader} header
 */
function lineNames({ names, colours, strings: S }) {
  const carrier = carrierOf(names);
  const entries = [carrier, ...names.filter(name => name !== carrier)].map(name => {
    const entry = element("b", { class: "line" }, name);
    entry.style.color = colours[name];
    return entry;
  });
  return [...entries, element("span", { class: "share" }, `┈ ${S.share}`)];
}

/**
 * A canvas with its name, and what is said below the name.
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {string} below
 * @param {HTMLCanvasElement} canvas
 * @param {string} kind
 * @param {string} colour
 */
function appendRow(parent, name, below, canvas, kind, colour = "") {
  const small = element("small", {}, below);
  const label = element("span", { class: "name" }, element("b", {}, name), small);
  if (colour) label.style.borderColor = colour;
  parent.append(element("div", { class: `row ${kind}` }, label, canvas));
  return small;
}

/** @param {string} name */
export const title = name =>
  name.length < 4 ? name.toUpperCase() : name[0].toUpperCase() + name.slice(1);

/**
 * A canvas with its title and its present values.
 * @param {HTMLElement} parent
 * @param {string} title
 * @returns {Figure}
 */
export function figure(parent, title) {
  const canvas = element("canvas", { role: "img", "aria-label": title });
  const note = element("span", { class: "note" });
  const caption = element("b", {}, title);
  parent.append(element("figure", {}, element("figcaption", {}, caption, note), canvas));
  return { canvas, note, caption, legend: [] };
}

/**
 * @param {HTMLElement} parent
 * @param {string} title
 * @param {Line[]} lines
 * @param {Partial<Chart>} more
 * @returns {Chart}
 */
export const chart = (parent, title, lines, more = {}) => ({
  ...figure(parent, title),
  ...{ lines, marks: [], unit: false },
  ...more,
});
