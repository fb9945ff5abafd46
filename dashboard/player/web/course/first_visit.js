// At the first visit of a browser to a bare address: the course or the run on the page, one line that goes away with either.

import { element } from "../elements.js";
import { goToPage } from "../examples/pages.js";
import { mountView } from "../mount.js";
import { KEY } from "./answers.js";
import { findShown, selectorOf } from "./points.js";

/** @import { Component, Mounted, Strings } from "../types.js" */

const SEEN = "unrolled-greeted";

/** Whether the choice was made before, here or in a lesson. */
function isKnown() {
  try {
    return Boolean(localStorage.getItem(SEEN) || localStorage.getItem(KEY));
  } catch {
    return true; // it would ask again at each visit
  }
}

/**
 * @param {Component<{ strings: Strings }>} component
 * @param {string} base
 */
export default function (component, base) {
  /** @type {Mounted} */
  const view = mountView(component, base, makeLine, ["course/first_visit.css"]);
  const S = component.data?.strings;
  if (!S || view.drawn) return;
  view.drawn = 1;
  if (isKnown()) return;
  const close = () => {
    try {
      localStorage.setItem(SEEN, "1");
    } catch {
      // it asks again at the next visit
    }
    view.host.replaceChildren();
  };
  const course = element("button", { type: "button", class: "course" }, S.course);
  const play = element("button", { type: "button" }, S.play);
  course.onclick = () => {
    close();
    goToPage("lessons");
  };
  play.onclick = () => {
    close();
    const button = findShown(document, selectorOf("play"));
    const isPlaying = button?.getAttribute("aria-pressed") === "true";
    if (button instanceof HTMLElement && !isPlaying) button.click();
  };
  view.host.replaceChildren(
    element("div", { class: "greeting" }, element("span", {}, S.question), course, play),
  );
}

/**
 * @param {HTMLElement} host
 * @returns {Mounted}
 */
const makeLine = host => ({ host, drawn: 0, trigger: () => {}, fit: () => {} });
