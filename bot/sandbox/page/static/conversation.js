// Main pane: a channel, or the app's direct message with its Home and Messages tabs.

import { makeComposer } from "./composer.js";
import { fill, h, iconButton } from "./dom.js";
import { drawHome } from "./home.js";
import { sharedMark, signOf } from "./sidebar.js";
import { makeMessageList } from "./message_list.js";
import { avatarOf } from "./message.js";
import { drawShelf, closedBar, peopleButton } from "./channel_head.js";
import { act, canWrite, isAppDm, listen, openPlace, state, titleOf, userOf } from "./store.js";

const list = makeMessageList("Messages");
const composer = makeComposer({ id: "composer" });
const head = h("header", { class: "pane-head" });
const home = h("div", { class: "home", role: "tabpanel", "aria-label": "Home" });
const shelf = h("div", { class: "shelf", role: "group", "aria-label": "Pins and bookmarks" });
const closed = h("div", { class: "join-bar" });
const away = h("p", { class: "away", role: "status" });
let shown = "";

export function startConversation(tools) {
  fill(document.getElementById("conversation"), head, shelf, away, list.log, home, closed, composer.node);
  composer.acceptOn(document.getElementById("conversation"));
  const draw = () => drawPlace(tools);
  listen("loaded", draw);
  listen("place", draw);
  listen("home", draw);
  listen("channel", draw);
  listen("connection", drawAway);
  listen("messages", (channel) => channel === state.place.channel && drawMessages());
}

export function revealMessage(ts) {
  list.reveal(ts);
}

function drawPlace(tools) {
  const channel = state.channels.get(state.place.channel);
  const isHome = isAppDm(channel) && state.place.tab === "home" && state.app.home_tab;
  fill(head, drawHead(channel), h("div", { class: "pane-tools" }, tools));
  home.hidden = !isHome;
  list.log.hidden = isHome;
  composer.node.hidden = isHome || (isAppDm(channel) && !state.app.messages_tab) || !canWrite(channel);
  closed.hidden = canWrite(channel);
  fill(closed, !canWrite(channel) && closedBar(channel));
  drawShelf(shelf, channel, revealMessage);
  if (isHome) drawHome(home);
  else drawMessages();
  drawAway();
  tellVisit(channel);
}

function drawMessages() {
  const channel = state.channels.get(state.place.channel);
  const all = [...channel.messages.values(), ...channel.ephemerals.values()];
  const top = all.filter((message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast");
  top.sort((one, other) => Number(one.ts) - Number(other.ts));
  list.show(top, { key: channel.id, channel });
  composer.show({ key: channel.id, channel, thread: "", label: `Message ${titleOf(channel)}` });
}

function drawHead(channel) {
  const menu = iconButton("menu", "Show the sidebar", () => document.body.classList.toggle("sidebar-open"), { class: "icon-button only-narrow" });
  if (!isAppDm(channel)) {
    return [menu, h("div", { class: "pane-title" },
      h("h1", {}, signOf(channel), channel.kind === "mpim" ? titleOf(channel) : channel.name), sharedMark(channel),
      h("span", { class: "topic" }, channel.topic)), peopleButton(channel)];
  }
  const tab = (name, words) => h("button", {
    type: "button", role: "tab", "aria-selected": String(state.place.tab === name), class: "tab",
    on: { click: () => openPlace({ channel: channel.id, tab: name }) },
  }, words);
  return [menu, h("div", { class: "pane-title" }, h("h1", {}, avatarOf(userOf(state.app.bot_user_id)), state.app.name)),
    h("div", { class: "tabs", role: "tablist", "aria-label": state.app.name }, state.app.home_tab && tab("home", "Home"), state.app.messages_tab && tab("messages", "Messages"))];
}

// Slack sends app_home_opened each time someone opens one of the app's tabs.
function tellVisit(channel) {
  const tab = state.app.home_tab ? state.place.tab : "messages";
  const place = isAppDm(channel) ? `${channel.id} ${tab}` : channel.id;
  if (place !== shown && isAppDm(channel)) act("open_home", { tab }).catch(() => {});
  shown = place;
}

function drawAway() {
  const words = !state.connected ? "Not connected to the sandbox. Trying again…"
    : state.app.connected ? "" : `${state.app.name} is not running: nothing will answer until it connects.`;
  away.hidden = !words;
  away.textContent = words;
}
