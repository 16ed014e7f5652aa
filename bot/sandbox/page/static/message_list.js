// Message list that keeps its scroll position and redraws only changed messages.

import { h } from "./dom.js";
import { drawMessage, timeOf } from "./message.js";

const SAME_AUTHOR_SECONDS = 300;
const NEAR_END_PIXELS = 80;

export function makeMessageList(label) {
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": label, tabindex: "0" });
  const drawn = new Map();
  let follows = true;
  let height = 0;

  // `messages` in order; options as for drawMessage, plus `key`, which names the channel or thread.
  function show(messages, options) {
    if (log.dataset.key !== options.key) {
      drawn.clear();
      log.replaceChildren();
      log.dataset.key = options.key;
    }
    if (!drawn.size) follows = true;
    const wanted = layOut(messages, options);
    const keys = new Set(wanted.map((entry) => entry.key));
    for (const [key, entry] of drawn) if (!keys.has(key)) drawn.delete(key), entry.node.remove();
    let previous = null;
    for (const entry of wanted) {
      const node = nodeFor(entry);
      const place = previous ? previous.nextSibling : log.firstChild;
      if (node !== place) log.insertBefore(node, place);
      previous = node;
    }
    followEnd();
  }

  function nodeFor(entry) {
    const known = drawn.get(entry.key);
    if (known?.signature === entry.signature) return known.node;
    const node = entry.draw();
    known?.node.replaceWith(node);
    drawn.set(entry.key, { node, signature: entry.signature });
    return node;
  }

  function followEnd() {
    height = log.scrollHeight;
    if (follows) log.scrollTop = height;
  }

  log.addEventListener("scroll", () => {
    // Layout changes scroll as well; only a person's own scrolling sets the position.
    if (log.scrollHeight !== height) followEnd();
    else follows = height - log.scrollTop - log.clientHeight < NEAR_END_PIXELS;
  });
  // An opening thread makes the list narrower and longer; its end stays in sight.
  new ResizeObserver(followEnd).observe(log);

  function reveal(ts) {
    const node = log.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("revealed");
  }

  return { log, show, reveal };
}

// Items of the list, in order: messages, and a line where a new day begins.
function layOut(messages, options) {
  const entries = [];
  let before = null;
  for (const message of messages) {
    const day = timeOf(message.ts).toDateString();
    if (!options.inThread && (!before || timeOf(before.ts).toDateString() !== day)) {
      entries.push({ key: `day ${day}`, signature: day, draw: () => drawDay(message.ts) });
      before = null;
    }
    const compact = isContinued(before, message);
    entries.push({
      key: message.ts,
      signature: JSON.stringify([message, compact, options.channel.pins[message.ts]]),
      draw: () => drawMessage(message, { ...options, compact }),
    });
    before = message;
  }
  return entries;
}

function isContinued(before, message) {
  return Boolean(before) && before.user === message.user && !before.is_ephemeral && !message.is_ephemeral
    && !before.subtype?.match(/^(tombstone|.*_(join|leave))$/) && !message.subtype?.match(/_(join|leave)$/) && Number(message.ts) - Number(before.ts) < SAME_AUTHOR_SECONDS;
}

function drawDay(ts) {
  const moment = timeOf(ts);
  const today = new Date();
  const yesterday = new Date(today.getTime() - 86400000);
  const names = { [today.toDateString()]: "Today", [yesterday.toDateString()]: "Yesterday" };
  const words = names[moment.toDateString()] ?? moment.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
  return h("div", { class: "day", role: "separator", "aria-label": words }, h("span", {}, words));
}
