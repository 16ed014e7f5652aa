// Sidebar: the workspace's channels, and the current person.

import { fill, h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatarOf } from "./message.js";
import { appDm, isAppDm, isMember, listen, openPlace, state, titleOf, userOf } from "./store.js";

const nav = document.getElementById("sidebar");

export function startSidebar() {
  for (const topic of ["loaded", "place", "messages", "connection"]) listen(topic, draw);
}

function draw() {
  if (!state.me) return;
  const focused = document.activeElement?.dataset?.place;
  const all = [...state.channels.values()].filter((channel) => !isAppDm(channel));
  const channels = all.filter((channel) => channel.kind !== "mpim");
  const dm = appDm();
  const bot = userOf(state.app.bot_user_id);
  fill(nav,
    teamHead(),
    h("div", { class: "places" },
      group("Channels", channels.filter(isMember).map(channelItem)),
      group("Channels to join", channels.filter((channel) => !isMember(channel)).map(channelItem)),
      group("Direct messages", [dm && state.app.messages_tab && item(dm, "messages", [avatarOf(bot), bot.real_name]),
        ...all.filter((channel) => channel.kind === "mpim").map(channelItem)]),
      dm && state.app.home_tab && group("Apps", [item(dm, "home", [avatarOf(bot), state.app.name, dot()])])),
    switcher());
  if (focused) nav.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
}

function channelItem(channel) {
  const name = channel.kind === "mpim" ? titleOf(channel) : channel.name;
  return item(channel, "", [signOf(channel), h("span", { class: "place-name" }, name), sharedMark(channel)]);
}

// Icon before a channel's name.
export function signOf(channel) {
  if (channel.kind === "mpim") return h("span", { class: "crowd", "aria-hidden": "true" }, String(Math.max(1, channel.members.length - 1)));
  return channel.kind === "group" ? icon("lock") : h("span", { class: "hash", "aria-hidden": "true" }, "#");
}

// The channel is shared with another workspace.
export function sharedMark(channel) {
  if (!channel.shared_with.length) return null;
  const words = `${channel.is_external ? "Slack Connect: shared" : "Shared"} with ${channel.shared_with.join(", ")}`;
  return h("span", { class: "shared-mark", role: "img", "aria-label": words, title: words }, icon("link"));
}

function teamHead() {
  const [first] = state.team.name;
  const content = [h("span", { class: "team-mark", "aria-hidden": "true" }, first),
    h("div", { class: "team-names" }, h("div", { class: "team-name" }, state.team.name), h("div", { class: "team-note" }, "On this machine"))];
  if (state.teams.length < 2) return h("div", { class: "team" }, content);
  const me = userOf(state.me).name;
  const entries = () => state.teams.map((team) => (
    { label: team.name, hint: team.id === state.team.id ? "here" : "", href: `/?${new URLSearchParams({ team: team.id, user: me })}`, here: true }));
  const node = h("button", { type: "button", class: "team", "aria-haspopup": "menu", "aria-label": `${state.team.name}. Switch workspace` }, content, icon("chevron"));
  node.addEventListener("click", () => openMenu(node, entries(), "Switch workspace"));
  return node;
}

function group(title, items) {
  if (!items.some(Boolean)) return null;
  return h("section", { class: "place-group" }, h("h2", {}, title), h("ul", {}, items.filter(Boolean).map((each) => h("li", {}, each))));
}

function item(channel, tab, content) {
  const { place } = state;
  const current = place.channel === channel.id && (!tab || place.tab === tab);
  const unread = tab === "home" ? 0 : state.unread.get(channel.id) ?? 0;
  const open = () => {
    document.body.classList.remove("sidebar-open");
    openPlace({ channel: channel.id, tab: tab || place.tab });
  };
  return h("button", {
    type: "button", class: `place${unread ? " unread" : ""}`, "aria-current": current ? "page" : null,
    data: { place: `${channel.id} ${tab}` }, on: { click: open },
  }, content, unread > 0 && h("span", { class: "count", "aria-label": `${unread} unread` }, String(unread)));
}

function dot() {
  const words = state.app.connected ? "running" : "not running";
  return h("span", { class: `dot${state.app.connected ? " dot-on" : ""}`, role: "img", "aria-label": words, title: `The app is ${words}` });
}

function switcher() {
  const me = userOf(state.me);
  const people = [...state.users.values()].filter((user) => !user.is_bot && user.is_here);
  const entries = () => people.flatMap((user) => [
    { label: user.real_name, hint: user.id === state.me ? "you" : user.locale, href: addressOf(user), here: true },
  ]).concat([null, ...people.filter((user) => user.id !== state.me).map((user) => (
    { label: `${user.real_name} in a new window`, icon: "window", href: addressOf(user) }))]);
  const node = h("button", { type: "button", class: "me", "aria-haspopup": "menu", "aria-label": `You are ${me.real_name}. Switch user` },
    avatarOf(me), h("span", { class: "me-name" }, me.real_name, h("span", { class: "me-locale" }, me.locale)), icon("chevron"));
  node.addEventListener("click", () => openMenu(node, entries(), "Switch user"));
  return h("div", { class: "switcher" }, node);
}

function addressOf(user) {
  const place = state.channels.get(state.place.channel);
  const channel = place && !isAppDm(place) ? `&channel=${place.id}` : "";
  return `/?user=${encodeURIComponent(user.name)}&team=${state.team.id}${channel}`;
}
