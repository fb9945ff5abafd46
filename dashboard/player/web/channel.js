// The way to the training: questions to a stream, one at a time, each answered with bytes.
//
// The server keeps the frames of an answer until the next question says that they have arrived. So an answer that
// is lost, late or not wanted any more does no harm: what is asked next brings it again.

import { address } from "./base.js";

/** @import { Channel, Mounted, StreamData } from "./types.js" */

const PATIENCE_MS = 15_000; // a single update of a large network may take so long; the server goes on with it
const PAUSE_MS = 1000; // until the next try, while the server does not answer
const SOON_MS = 100; // until the next try, while it still answers the question before

/** @type {WeakMap<Mounted, Channel>} */
const channels = new WeakMap();

/**
 * The page has been drawn: from now on the stream of its token is asked, at once for what is new there.
 * @param {Mounted} view
 * @param {StreamData} data
 * @param {{ take(bytes: Uint8Array): void, position(): object }} listener takes answers; says what is there already
 * @returns {boolean} whether another server answers now than before
 */
export function connect(view, { token, stamp, strings }, listener) {
  const before = channels.get(view);
  const channel = before ?? makeChannel(view);
  channels.set(view, channel);
  const isNew = channel.token !== token;
  const isNews = isNew || channel.stamp !== String(stamp);
  Object.assign(channel, { token, stamp: String(stamp), strings, listener });
  if (!isNews) return false;
  channel.open?.abort(); // its answer would be about what the page showed before
  channel.open = null;
  refresh(channel);
  return isNew && !!before;
}

/**
 * @param {Mounted} view
 * @returns {Channel}
 */
function makeChannel(view) {
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.hidden = true;
  view.host.before(notice);
  return {
    ...{
      view,
      notice,
      token: "",
      stamp: "",
      strings: {},
      open: null,
      click: null,
      rests: false,
      isStale: false,
      isNotified: false,
    },
    listener: { take: () => {}, position: () => ({}) },
  };
}

/** @param {Mounted} view */
export const isBusy = view => {
  const channel = channels.get(view);
  return !channel || !!channel.open || channel.rests;
};

/**
 * What was clicked on and is not answered yet.
 * @param {Mounted} view
 * @returns {{ kind: string, changes: Record<string, string> } | null}
 */
export const openClick = view =>
  /** @type {{ kind: string, changes: Record<string, string> } | null} */ (
    channels.get(view)?.click ?? null
  );

/**
 * Asks for what there is without more training, or once more for what was clicked on, as soon as the channel is free.
 * @param {Channel} channel
 */
function refresh(channel) {
  channel.isStale = !!channel.open || channel.rests;
  if (channel.isStale) return;
  if (channel.click) ask(channel, channel.click, true);
  else ask(channel, { ...channel.listener.position(), n: 0 }, false);
}

/**
 * Asks for more, unless an answer is still on its way.
 * @param {Mounted} view
 * @param {object} values
 */
export function pull(view, values) {
  const channel = channels.get(view);
  if (channel && !isBusy(view)) ask(channel, values, false);
}

/**
 * What was clicked on. It goes before any question that is open.
 * @param {Mounted} view
 * @param {object} values
 */
export function act(view, values) {
  const channel = channels.get(view);
  if (!channel) return;
  channel.click = values;
  channel.open?.abort();
  ask(channel, values, true);
}

/**
 * @param {Channel} channel
 * @param {object} values
 * @param {boolean} isClick
 */
async function ask(channel, values, isClick) {
  const open = new AbortController();
  channel.open = open;
  const late = setTimeout(() => open.abort(), PATIENCE_MS);
  let wait = 0;
  try {
    const response = await send(channel.token, values, isClick, open.signal);
    if (response.ok) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (channel.open !== open) return;
      channel.open = null;
      if (isClick) channel.click = null;
      channel.isNotified = false;
      channel.listener.take(bytes);
      if (!channel.isNotified) tell(channel, ""); // one that stays is not said anew with every answer
    } else if (channel.open === open) wait = hear(channel, response.status, await response.text());
  } catch {
    wait = PAUSE_MS; // no answer, or another question has taken its place
    if (channel.open === open) tell(channel, channel.strings.unreachable);
  } finally {
    clearTimeout(late);
    if (channel.open === open) channel.open = null;
  }
  if (channel.open) return;
  if (wait) rest(channel, wait);
  else if (channel.isStale) refresh(channel);
}

/**
 * @param {string} token
 * @param {object} values
 * @param {boolean} isClick
 * @param {AbortSignal} signal
 */
function send(token, values, isClick, signal) {
  const stream = new URL(address(`frames/${token}`));
  if (isClick) {
    const headers = { "Content-Type": "application/json" };
    return fetch(stream, { method: "POST", headers, body: JSON.stringify(values), signal });
  }
  for (const [name, value] of Object.entries(values)) stream.searchParams.set(name, String(value));
  return fetch(stream, { signal });
}

/**
 * What the server says in place of an answer -> ms to wait until the next question.
 * @param {Channel} channel
 * @param {number} status
 * @param {string} sentence
 */
function hear(channel, status, sentence) {
  if (status === 429) return SOON_MS;
  if (status >= 500) {
    tell(channel, channel.strings.unreachable); // a proxy, whose server is being started anew
    return PAUSE_MS;
  }
  channel.click = null;
  if (status === 404) {
    tell(channel, channel.strings.gone);
    channel.view.trigger("redraw", { token: channel.token }); // the page brings the token of another stream
  } else tell(channel, channel.strings.refused.replace("{sentence}", sentence || String(status)));
  return PAUSE_MS;
}

/**
 * @param {Channel} channel
 * @param {number} wait ms
 */
function rest(channel, wait) {
  channel.rests = true;
  setTimeout(() => {
    channel.rests = false;
    if (channel.view.host.isConnected && !channel.open) refresh(channel);
  }, wait);
}

/**
 * A sentence above the player, until the next answer; "" for none.
 * @param {Mounted} view
 * @param {string} sentence
 */
export function notify(view, sentence) {
  const channel = channels.get(view);
  if (!channel) return;
  channel.isNotified = true;
  tell(channel, sentence);
}

/**
 * @param {Channel} channel
 * @param {string} sentence
 */
function tell({ notice }, sentence) {
  notice.hidden = !sentence;
  if (notice.textContent !== sentence) notice.textContent = sentence;
}
