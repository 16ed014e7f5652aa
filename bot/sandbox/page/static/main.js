// Start of the page; the address holds the person and the open channel.

import { revealMessage, startConversation } from "./conversation.js";
import { iconButton } from "./dom.js";
import { startInspector, toggleInspector } from "./inspector.js";
import { startModals } from "./modal.js";
import { startSidebar } from "./sidebar.js";
import { connect, isAppDm, listen, openPlace, state, titleOf, userOf } from "./store.js";
import { startTheme, toggleTheme } from "./theme.js";
import { startThread } from "./thread.js";

const asked = new URLSearchParams(location.search);
const linked = location.pathname.match(/^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/);

function start() {
  startTheme();
  startSidebar();
  startConversation([
    iconButton("theme", "Light or dark", toggleTheme, { id: "theme-button" }),
    iconButton("inspect", "Inspector: what went over the wire", toggleInspector, { id: "inspect-button", "aria-pressed": "false" }),
  ]);
  startThread();
  startInspector();
  startModals();
  listen("loaded", writeAddress);
  listen("place", writeAddress);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#sidebar, .only-narrow")) document.body.classList.remove("sidebar-open");
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && document.body.classList.remove("sidebar-open"));
  state.place = { channel: asked.get("channel") ?? linked?.[1] ?? "", thread: asked.get("thread") ?? asked.get("thread_ts") ?? "", tab: asked.get("tab") ?? "messages" };
  const once = () => {
    if (!state.started && linked) openLinked(`${linked[2]}.${linked[3]}`);
    state.started = true;
  };
  listen("loaded", once);
  connect(asked.get("user") ?? "", asked.get("team") ?? "");
}

// Opens a permalink: the message, in its thread if it is a reply.
function openLinked(ts) {
  const message = state.channels.get(state.place.channel)?.messages.get(ts);
  if (message?.thread_ts && message.thread_ts !== ts) openPlace({ thread: message.thread_ts });
  revealMessage(ts);
}

function writeAddress() {
  const channel = state.channels.get(state.place.channel);
  const me = userOf(state.me);
  const parts = new URLSearchParams({ user: me.name, channel: state.place.channel });
  if (state.team.id !== state.teams[0].id) parts.set("team", state.team.id);
  if (state.place.thread) parts.set("thread", state.place.thread);
  if (isAppDm(channel)) parts.set("tab", state.place.tab);
  history.replaceState(null, "", `/?${parts}`);
  document.title = `${titleOf(channel)} – ${state.team.name} (${me.real_name})`;
}

start();
