// What Streamlit leaves out for screen readers on Yours: the text of the QR code, and that a place for files is no decoration.

/** @import { Component } from "../types.js" */

const AFTER_MS = [0, 100, 500, 2000]; // the page is drawn bit by bit

/** @param {Component<{ code: string, tab: number }>} component */
export default function ({ data }) {
  const code = data?.code ?? "";
  const name = () => {
    for (const image of document.querySelectorAll(".st-key-share_code img"))
      image.setAttribute("alt", code);
    for (const place of document.querySelectorAll('[data-testid="stFileUploaderDropzone"]'))
      place.removeAttribute("role");
  };
  for (const ms of AFTER_MS) setTimeout(name, ms);
}
