// What a reader answers with: one of several, or a number.

import { element, option } from "../elements.js";
import { fill } from "../sentences.js";
import { readNumber } from "./typed_number.js";

/** @import { Strings } from "../types.js" */
/** @import { NumberQuestion } from "./course_types.js" */

let groups = 0;

/**
 * @param {string} label of all, for those who do not see them under the question
 * @param {string[]} keys
 * @param {[key: string, words: string][]} choices
 * @param {(key: string) => void} choose
 */
export function buildChoice(label, keys, choices, choose) {
  groups += 1;
  const words = new Map(choices);
  const inputs = keys.map(key =>
    element("input", { type: "radio", name: `course-choice-${groups}`, value: key }),
  );
  const labels = inputs.map((input, k) =>
    element(
      "label",
      { class: "choice" },
      input,
      element("span", {}, words.get(keys[k]) ?? keys[k]),
    ),
  );
  const root = element(
    "fieldset",
    { class: "choices" },
    element("legend", { class: "spoken" }, label),
    ...labels,
  );
  for (const input of inputs) input.onchange = () => choose(input.value);
  return {
    root,
    labels,
    /** @param {unknown} key */
    set(key) {
      for (const input of inputs) input.checked = input.value === key;
    },
    /** @param {boolean} isOn */
    enable(isOn) {
      root.disabled = !isOn;
    },
  };
}

let fields = 0;

/**
 * @param {string} label
 * @param {NumberQuestion} question
 * @param {Strings} S
 * @param {(value: number, typed: string) => void} take a number that makes sense
 * @param {string} button what it is taken by
 */
export function buildNumber(label, { low, high, unit = "" }, S, take, button) {
  fields += 1;
  const id = `course-number-${fields}`;
  const input = element("input", {
    ...{ id, type: "text", inputmode: "decimal", autocomplete: "off", maxlength: "60" },
    "aria-describedby": `${id}-problem`,
  });
  const problem = element("p", { class: "problem", id: `${id}-problem`, role: "alert" });
  const send = element("button", { type: "submit" }, button);
  const root = element(
    "form",
    { class: "number", novalidate: "" },
    element("label", { for: id }, label),
    element("span", { class: "entry" }, input, element("span", { class: "unit" }, unit), send),
    problem,
  );
  /** @returns {number | null} */
  const read = () => {
    const typed = readNumber(input.value, unit);
    const words = { typed: input.value.trim().slice(0, 40), range: rangeInWords(low, high, unit) };
    let sentence = "";
    if ("problem" in typed) sentence = fill(S[`number ${typed.problem}`], words);
    else if ((low !== undefined && typed.value < low) || (high !== undefined && typed.value > high))
      sentence = fill(S["number out of range"], words);
    problem.textContent = sentence;
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return "problem" in typed || sentence ? null : typed.value;
  };
  let taken = "";
  const submit = () => {
    taken = input.value;
    const value = read();
    if (value === null) input.focus();
    else take(value, input.value.trim());
  };
  root.onsubmit = event => {
    event.preventDefault();
    submit();
  };
  return {
    ...{ root, input, send, problem },
    /** Takes what was typed and not taken yet, as the button does -> whether there is such. */
    submitTyped() {
      if (!input.value.trim() || input.value === taken) return false;
      submit();
      return true;
    },
    /** @param {boolean} isOn */
    enable(isOn) {
      input.disabled = !isOn;
      send.disabled = !isOn;
    },
  };
}

/**
 * @param {number | undefined} low
 * @param {number | undefined} high
 * @param {string} unit
 */
function rangeInWords(low, high, unit) {
  const ends = [low, high].map(end => (end === undefined ? "…" : String(end)));
  return `${ends[0]} – ${ends[1]}${unit && `\u00a0${unit}`}`;
}

/**
 * A list to choose from, whose first entry is none.
 * @param {string} label
 * @param {string} none
 * @param {[key: string, words: string][]} choices
 */
export const buildSelect = (label, none, choices) =>
  element(
    "select",
    { "aria-label": label },
    option("", none),
    ...choices.map(([key, words]) => option(key, words)),
  );
