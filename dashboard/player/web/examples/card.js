// The card beside the rows: which example of the course runs, where to look, and links that do it.

import { element } from "../page.js";
import { fill } from "../sentences.js";
import { chooseExample, follow } from "./follow.js";
import { openGallery } from "./gallery.js";

/** @import { ExampleCard, LiveView, LookLink, Strings, Titled } from "../types.js" */

export const buildCard = () => element("section", { class: "look", hidden: "" });

// What each card shows: it is filled anew only where that is another example.
/** @type {WeakMap<HTMLElement, ExampleCard>} */
const shown = new WeakMap();

/**
 * @param {LiveView} view
 * @param {ExampleCard | null} example as the page has just sent it
 */
export function showCard(view, example) {
  const { card } = view.page;
  card.hidden = !example;
  if (!example || shown.get(card) === example) return;
  shown.set(card, example);
  const { strings } = view.run.header;
  card.replaceChildren(
    ...(example.name ? textOf(view, example, strings) : nearestOf(view, example, strings)),
  );
  focusAgain(view, example.name);
}

/**
 * The button that led to another example has the focus again, until both that example's text and its run are there:
 * either can come first, and each builds the button anew.
 * @param {LiveView} view
 * @param {string} name
 */
function focusAgain(view, name) {
  const { refocus, run, page } = view;
  if (!refocus) return;
  const button = page.card.querySelector(`.${refocus.button}`);
  if (button instanceof HTMLElement) button.focus();
  if (run.id !== refocus.run && name !== refocus.example) view.refocus = null;
}

/**
 * @param {LiveView} view
 * @param {ExampleCard} example one of the course
 * @param {Strings} S
 */
function textOf(view, { title = "", parts = [], ...example }, S) {
  const heading = element("h2", {}, title);
  const text = element(
    "p",
    {},
    element("b", { class: "where" }, S["where to look"]),
    " ",
    ...parts.map(part => (typeof part === "string" ? part : linkOf(view, part))),
  );
  const { before, after, number = 0 } = example;
  if (!before || !after) return [heading, text];
  const place = element(
    "span",
    { class: "place" },
    fill(S["example of"], { number, all: countExamples(example) }),
  );
  return [
    element(
      "div",
      { class: "examples" },
      place,
      chooser(view, before, "before", fill(S["example before"], { title: before[1] }), "‹"),
      chooser(view, after, "after", fill(S["example after"], { title: after[1] }), "›"),
      galleryButton(view, example, S),
    ),
    heading,
    text,
  ];
}

/**
 * @param {LiveView} view
 * @param {ExampleCard} example with the nearest one of the task
 * @param {Strings} S
 */
function nearestOf(view, example, S) {
  const { nearest } = example;
  const line = element("p", {});
  if (nearest) {
    const [argument, text] = nearest;
    const [before, after] = S["nearest example"].split("{title}");
    line.append(before, linkOf(view, { verb: "example", argument, text }), after);
  }
  return [line, element("div", { class: "examples" }, galleryButton(view, example, S))];
}

/** @param {Pick<ExampleCard, "groups">} example */
const countExamples = ({ groups = [] }) =>
  groups.reduce((sum, { examples }) => sum + examples.length, 0);

/**
 * @param {LiveView} view
 * @param {LookLink} link
 */
function linkOf(view, { verb, argument, text }) {
  const button = element("button", { type: "button", class: "follow", "data-verb": verb }, text);
  button.onclick = () => follow(view, verb, argument);
  return button;
}

/**
 * The way to another example.
 * @param {LiveView} view
 * @param {Titled} example
 * @param {string} kind
 * @param {string} label
 * @param {string} sign
 */
function chooser(view, [name], kind, label, sign) {
  const attributes = { type: "button", class: kind, "aria-label": label, title: label };
  const button = element("button", attributes, sign);
  button.onclick = () => {
    chooseExample(view, name, kind);
  };
  return button;
}

/**
 * @param {LiveView} view
 * @param {Pick<ExampleCard, "groups">} example
 * @param {Strings} S
 */
function galleryButton(view, { groups }, S) {
  const attributes = { type: "button", class: "gallery", "aria-haspopup": "dialog" };
  const button = element("button", attributes, S["all examples"]);
  button.hidden = !groups;
  button.onclick = () => openGallery(view, groups ?? []);
  return button;
}
