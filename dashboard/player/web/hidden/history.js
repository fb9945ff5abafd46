// One entry in the browser's history for each deed of the reader, so that one press of Back undoes one.
//
// Streamlit adds an entry whenever it changes the address: at a change of page one for the path and one for what the
// page writes behind the "?", in either order, and a third before a page that Python opens. Here the first opens the
// entry of the reader's last deed, and the others complete it. What is written before any deed is the link that was
// opened, in full.
//
// And Streamlit writes late: what was on its way when the reader pressed Back is about the entry that the reader has
// left. So the address stays until Python has answered each visit.

/** @import { Component } from "../types.js" */

const DEEDS = ["pointerdown", "keydown", "click"];
const push = history.pushState.bind(history);
const replace = history.replaceState.bind(history);
let isOpen = true; // the present entry is that of the reader's last deed
/** @type {string[]} */
let awaited = []; // what stood behind the "?" of each entry visited, until it is answered
let shown = pageAndSettings();

history.pushState = (data, unused, url) => {
  if (awaited.length) return;
  if (isOpen) replace(data, unused, url);
  else push(data, unused, url);
  isOpen = true;
  shown = pageAndSettings();
};

history.replaceState = (data, unused, url) => {
  if (awaited.length) return;
  replace(data, unused, url);
  shown = pageAndSettings();
};

window.addEventListener("popstate", beginVisit);
for (const deed of DEEDS) window.addEventListener(deed, beginDeed, true);

// Answers come in the order of the visits; one that the next visit overtook is never answered.
/** @param {Component<{ query: string | null, visits: number }>} component */
export default function ({ data }) {
  if (typeof data?.query !== "string") return;
  const answered = awaited.indexOf(data.query);
  if (answered >= 0) awaited = awaited.slice(answered + 1);
}

function beginVisit() {
  if (pageAndSettings() === shown) return; // another place of the same page: there will be no answer
  shown = pageAndSettings();
  isOpen = true;
  awaited.push(location.search.slice(1));
}

// It is newer than any visit, answered or not.
function beginDeed() {
  isOpen = false;
  awaited = [];
}

function pageAndSettings() {
  return location.pathname + location.search;
}
