// What the unrolled page says: of the phase that is shown, and of what is under the pointer.

import { short } from "./canvas.js";
import { nameOfLayer } from "./page.js";
import { fill, joinBy } from "./sentences.js";
import { largestShare, signed } from "./signed_bars.js";
import { countRounds, knownAt } from "./unrolled_phases.js";

/** @import { Picked, PickedShare, PickedTerm, Pointed, UnrolledView } from "./unrolled_types.js" */

/**
 * Whether it is what one step adds: to dW_hh, or to the loss.
 * @param {Pointed} target
 * @returns {target is PickedTerm | PickedShare}
 */
export const isTerm = target => "step" in target;

/**
 * What happens in this phase, in words.
 * @param {UnrolledView} view
 */
export function statusOf(view) {
  const { header, now } = view;
  const { strings: S, symbols, loss } = header;
  if (now.stage === "loss" && loss === null) return S["no loss"];
  const says = header.says.at(-1);
  if (now.stage === "loss" && says)
    return fill(S["loss and answer"], {
      loss: short(loss ?? 0),
      says,
      t: (header.at.at(-1) ?? 0) + 1,
    });
  const layer = layerOfPhase(view);
  const isNamed = layer && now.stage !== "loss";
  return fill(S[isNamed ? `${now.stage} in layer` : now.stage], {
    layer,
    t: now.t + 1,
    T: symbols.length,
    symbol: symbols[now.t].trim() || "␣",
    loss: loss === null ? "–" : short(loss),
  });
}

/**
 * What the network's picture shows, for who does not see it.
 * @param {UnrolledView} view
 */
export function pictureInWords(view) {
  const { header, window, shown, layer, layers } = view;
  const S = header.strings;
  const last = window.start + window.count - 1;
  const sentences = [
    fill(S["network in words"], {
      ...{ first: window.start + 1, last: last + 1, T: header.symbols.length },
      ...{
        symbols: header.symbols.slice(window.start, last + 1).join(" "),
        names: joinBy(S.list, shown),
      },
    }),
    fill(S.sentence, { sentence: statusOf(view) }),
  ];
  const { arrays, H } = layers[layer];
  const ends = [window.start, last].filter(t => knownAt(view, layer, t) === "gradients");
  for (const t of new Set(ends))
    sentences.push(
      fill(S["gradient in words"], {
        t: t + 1,
        size: short(Math.hypot(...arrays.dh.subarray(t * H, (t + 1) * H))),
      }),
    );
  const most = largestShare(header.saliency);
  if (most >= 0 && knownAt(view, layer, most) === "gradients")
    sentences.push(
      fill(S["mattered in words"], {
        ...{ t: most + 1, symbol: header.symbols[most], share: signed(header.saliency[most]) },
      }),
    );
  return joinBy(S["two sentences"], sentences);
}

/**
 * The layer that computes now, and the direction whose step is told; "" where one direction of all layers does.
 * @param {UnrolledView} view
 */
function layerOfPhase(view) {
  const { layers } = view.header;
  const direction = layers[view.layer][1];
  if (!layers.some(([, other]) => other === "reverse")) return "";
  const layer = countRounds(view) > 1 ? view.now.round : layers[view.layer][0];
  return nameOfLayer([layer, direction], layers);
}

/**
 * What is under the pointer, in words.
 * @param {UnrolledView} view
 * @param {Pointed | null} target
 */
export function wordsOf(view, target) {
  const S = view.header.strings;
  if (!target) return "";
  if ("input" in target)
    return fill(S["input share"], {
      symbol: view.header.symbols[target.t].trim() || "␣",
      t: target.t + 1,
      share: signed(target.input),
    });
  if (isTerm(target)) {
    const { t, share, whole } = target;
    const lost = whole > share * 1.001 ? ` (${S.lost}: ${short(whole - share)})` : "";
    return `${S.term}, t = ${t + 1}: ${short(share)}${lost}`;
  }
  return numberInWords(view, target);
}

/**
 * @param {UnrolledView} view
 * @param {Picked} target
 */
function numberInWords(view, { layer, t, name, unit, column, value = 0 }) {
  const { blocks, strings: S, terms, titles } = view.header;
  if (column !== undefined) {
    const block = terms.flatMap(([deltas]) => deltas).indexOf(name);
    return fill(S.weight, {
      place: `dW_h${blocks[block]}[${unit}, ${column}]`,
      value: short(value),
      row: block * view.layers[layer].H + unit,
    });
  }
  if (!knownAt(view, layer, t)) return "";
  return `${titles[name] ?? name}, t = ${t + 1}, ${S.unit} ${unit}: ${short(value)}`;
}
