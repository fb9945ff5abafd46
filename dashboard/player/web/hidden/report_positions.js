// Tells Python where the reader stands on each page, when Share wants to know. It shows nothing.

import { allPositions } from "../position.js";

/** @import { Component } from "../types.js" */

/** @type {WeakMap<Element, string>} */
const reported = new WeakMap();

/** @param {Component} component */
export default function ({ parentElement, setStateValue }) {
  const now = JSON.stringify(allPositions());
  if (reported.get(parentElement) === now) return;
  reported.set(parentElement, now);
  setStateValue("cursors", now);
}
