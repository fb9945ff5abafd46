// Says on another page which update Live is scrubbed back to; nothing where it shows the newest one, or nothing yet.

import { allPositions } from "../position.js";

/** @import { Component } from "../types.js" */

/** @param {Component<{ run: string, update: number, template: string }>} component */
export default function ({ parentElement, data }) {
  const host = parentElement.querySelector(".host");
  if (!host || !data) return;
  const live = allPositions()[""];
  const isElsewhere = live?.run === data.run && live.update !== data.update;
  host.textContent = isElsewhere ? data.template.replace("{n}", String(live.update)) : "";
}
