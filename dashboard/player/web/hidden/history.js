// One entry in the browser's history for each page and each setting, so that one press of Back undoes one step.
//
// Streamlit makes more. Where the reader changes the page, it adds the path alone, and what the page then writes
// behind the "?" becomes a second entry. Before Python changes the page, it adds the old page without its "?".
// Every page that has settings writes them there, so an address without any is only on its way to one; and what is
// written before the reader has done anything is the link that was opened, in full.
//
// And Streamlit writes late: what was on its way when the reader pressed Back is about the entry that the reader has
// left. So the address stays until Python has answered each visit.

/** @import { Component } from "../types.js" */

const push = history.pushState.bind(history);
const replace = history.replaceState.bind(history);
/** @type {string[]} */
let awaited = []; // what stood behind the "?" of each entry visited, until it is answered
let shown = pageAndSettings();
let hasActed = false; // the reader

history.pushState = (data, unused, url) => {
  if (awaited.length) return;
  const next = new URL(url ?? "", location.href);
  const isSamePage = next.pathname === location.pathname;
  if (isSamePage && isBare(next.search)) return;
  if (isSamePage && (!hasActed || isBare(location.search))) replace(data, unused, url);
  else push(data, unused, url);
  shown = pageAndSettings();
};

history.replaceState = (data, unused, url) => {
  if (awaited.length) return;
  replace(data, unused, url);
  shown = pageAndSettings();
};

window.addEventListener("popstate", beginVisit);
for (const deed of ["pointerdown", "keydown", "click"]) window.addEventListener(deed, act, true);

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
  awaited.push(location.search.slice(1));
}

// What the reader does now is newer than any visit, answered or not.
function act() {
  hasActed = true;
  awaited = [];
}

function pageAndSettings() {
  return location.pathname + location.search;
}

// What Streamlit itself keeps there, for a page inside another one, is no setting.
/** @param {string} search */
function isBare(search) {
  return [...new URLSearchParams(search).keys()].every(name => name.startsWith("embed"));
}
