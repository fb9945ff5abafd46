// The elements of a player: built once for a run, filled by the other files.

import { element, option } from "./elements.js";
import { fill } from "./sentences.js";
import { buildTransport } from "./top/transport.js";

/** @import { Chart, Figure, LayerKey, Line, Show, Strings } from "./types.js" */

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
