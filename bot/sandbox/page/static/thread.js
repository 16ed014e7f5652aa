// Side pane with one thread.

import { makeComposer } from "./composer.js";
import { fill, h, iconButton } from "./dom.js";
import { makeMessageList } from "./message_list.js";
import { canWrite, listen, openPlace, state, titleOf } from "./store.js";

const list = makeMessageList("Thread");
const composer = makeComposer();
const pane = document.getElementById("thread");
const where = h("span", { class: "topic" });

export function startThread() {
  const head = h("header", { class: "pane-head" },
    h("div", { class: "pane-title" }, h("h2", {}, "Thread"), where),
    iconButton("close", "Close the thread", close));
  fill(pane, head, list.log, composer.node);
  composer.acceptOn(pane);
  pane.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && close());
  listen("loaded", draw);
  listen("messages", (channel) => channel === state.place.channel && draw());
  listen("place", () => {
    const opened = state.place.thread && pane.dataset.thread !== state.place.thread;
    draw();
    if (opened) composer.field.focus();
  });
}

function close() {
  openPlace({ thread: "" });
  document.getElementById("composer").focus();
}

function draw() {
  const { channel: id, thread } = state.place;
  const channel = state.channels.get(id);
  const parent = channel?.messages.get(thread);
  pane.hidden = !parent;
  pane.dataset.thread = parent ? thread : "";
  document.body.classList.toggle("thread-open", Boolean(parent));
  if (!parent) return;
  where.textContent = titleOf(channel);
  const all = [...channel.messages.values(), ...channel.ephemerals.values()];
  const said = all.filter((message) => message.ts === thread || message.thread_ts === thread);
  said.sort((one, other) => Number(one.ts) - Number(other.ts));
  list.show(said, { key: thread, channel, inThread: true });
  composer.node.hidden = !canWrite(channel);
  composer.show({ key: `${id} ${thread}`, channel, thread, label: "Reply…" });
}
