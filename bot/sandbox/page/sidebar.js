// The workspace's places, and who one is.

import { fill, h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatarOf } from "./message.js";
import { appDm, isAppDm, listen, openPlace, state, userOf } from "./store.js";

const nav = document.getElementById("sidebar");

export function startSidebar() {
  for (const topic of ["loaded", "place", "messages", "connection"]) listen(topic, draw);
}

function draw() {
  if (!state.me) return;
  const focused = document.activeElement?.dataset?.place;
  const channels = [...state.channels.values()].filter((channel) => !isAppDm(channel));
  const dm = appDm();
  const bot = userOf(state.app.bot_user_id);
  fill(nav,
    h("div", { class: "team" }, h("span", { class: "team-mark", "aria-hidden": "true" }, state.team.name[0]),
      h("div", {}, h("div", { class: "team-name" }, state.team.name), h("div", { class: "team-note" }, "Sandbox on this machine"))),
    h("div", { class: "places" },
      group("Channels", channels.map((channel) => item(channel, "", [channel.kind === "group" ? icon("lock") : h("span", { class: "hash", "aria-hidden": "true" }, "#"), channel.name]))),
      dm && state.app.messages_tab && group("Direct messages", [item(dm, "messages", [avatarOf(bot), bot.real_name])]),
      dm && state.app.home_tab && group("Apps", [item(dm, "home", [avatarOf(bot), state.app.name, dot()])])),
    switcher());
  if (focused) nav.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
}

function group(title, items) {
  return h("section", { class: "place-group" }, h("h2", {}, title), h("ul", {}, items.map((each) => h("li", {}, each))));
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
  const people = [...state.users.values()].filter((user) => !user.is_bot);
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
  return `/?user=${encodeURIComponent(user.name)}${channel}`;
}
