// Questions to the server, one at a time, and none while the page is being made anew.
//
// When a part asks while the answer to a click on the page is still on its way, Streamlit forgets that answer:
// the page stays as it was before the click. So a question waits until the run before it is over.

const BUSY = ["running", "rerunRequested"], LOOK = 4, LONGEST = 2000, JUST = 20; // ms
const waiting = [];
let sent = -JUST;

function busy(now) {
  const state = document.querySelector("[data-test-script-state]")?.dataset.testScriptState;
  return now - sent < JUST || BUSY.includes(state); // a question just sent shows in the state a moment later
}

// question: sends it. Called now, or as soon as it may be.
export function ask(question) {
  waiting.push({ question, since: performance.now() });
  if (waiting.length === 1) next();
}

function next() {
  const now = performance.now(), due = !busy(now) || now - waiting[0].since > LONGEST;
  const { question } = due ? waiting.shift() : {};
  if (waiting.length) setTimeout(next, LOOK);
  if (!question) return;
  sent = now;
  question();
}
