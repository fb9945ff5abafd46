// Questions to the server, one at a time, and none while the page is being made anew.
//
// When a part asks while the answer to a click on the page is still on its way, Streamlit forgets that answer:
// the page stays as it was before the click. So a question waits until the run before it is over.

const BUSY = ["running", "rerunRequested"];
const LOOK_MS = 4;
const LONGEST_MS = 2000;
const JUST_MS = 20; // a question just sent shows in the state a moment later
/** @type {{ question: () => void, since: number }[]} */
const waiting = [];
let sent = -JUST_MS;

/** @param {number} now */
function isBusy(now) {
  /** @type {HTMLElement | null} */
  const app = document.querySelector("[data-test-script-state]");
  return now - sent < JUST_MS || BUSY.includes(app?.dataset.testScriptState ?? "");
}

/** @param {() => void} question sends it. Called now, or as soon as it may be. */
export function ask(question) {
  waiting.push({ question, since: performance.now() });
  if (waiting.length === 1) sendNext();
}

function sendNext() {
  const now = performance.now();
  const due = !isBusy(now) || now - waiting[0].since > LONGEST_MS;
  const next = due ? waiting.shift() : undefined;
  if (waiting.length) setTimeout(sendNext, LOOK_MS);
  if (!next) return;
  sent = now;
  next.question();
}
