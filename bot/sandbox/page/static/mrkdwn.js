// Renderer of Slack's mrkdwn. https://docs.slack.dev/messaging/formatting-message-text

import { drawing, h, outsideLink } from "./dom.js";
import { drawingFor, emojiFor, isOnThisMachine } from "./emoji.js";
import { openPlace, state, userOf } from "./store.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };

// A style mark opens after, and closes before, a character that is no letter or digit.
const mark = (sign, group) =>
  `(?<![\\p{L}\\p{N}${sign}])${sign}(?=[^\\s${sign}])(?<${group}>[^${sign}\\n]*?[^\\s${sign}])${sign}(?![\\p{L}\\p{N}${sign}])`;

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<control>[^<>\\n]+)>",
    mark("\\*", "bold"),
    mark("_", "italic"),
    mark("~", "strike"),
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    "(?<url>https?://[^\\s<>|]*[^\\s<>|.,;:!?)\\]'\"])",
  ].join("|"),
  "gu",
);

export function unescapeText(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

// Renders a mrkdwn text: fences and quotes as blocks, everything else inline.
export function mrkdwn(text) {
  const place = document.createDocumentFragment();
  const parts = text.split(/```\n?([\s\S]*?)\n?```/);
  parts.forEach((part, number) => {
    if (number % 2) place.append(h("pre", { class: "code-block", tabindex: "0" }, h("code", {}, controls(part))));
    else if (part) place.append(...quoted(part, number > 0, number < parts.length - 1));
  });
  return place;
}

// Renders plain text as in a notification: no marks, names in place of IDs.
export function plainText(text) {
  const node = document.createElement("div");
  node.append(...inline(text));
  return node.textContent;
}

function quoted(text, afterFence, beforeFence) {
  const pieces = [];
  let rest = text;
  if (afterFence) rest = rest.replace(/^\n/, "");
  if (beforeFence) rest = rest.replace(/\n$/, "");
  const all = rest.match(/(^|\n)(?:&gt;|>){3} ?([\s\S]*)$/);
  if (all) rest = rest.slice(0, all.index);
  for (const part of rest.split(/((?:^|(?<=\n))(?:(?:&gt;|>) ?[^\n]*(?:\n|$))+)/)) {
    if (!part) continue;
    if (/^(&gt;|>)/.test(part)) {
      const inner = part.replace(/^(?:&gt;|>) ?/gm, "").replace(/\n$/, "");
      pieces.push(h("blockquote", {}, inline(inner)));
    } else {
      pieces.push(...inline(part));
    }
  }
  if (all) pieces.push(h("blockquote", {}, inline(all[2])));
  return pieces;
}

export function inline(text) {
  const nodes = [];
  let place = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > place) nodes.push(unescapeText(text.slice(place, found.index)));
    nodes.push(token(found));
    place = found.index + found[0].length;
  }
  if (place < text.length) nodes.push(unescapeText(text.slice(place)));
  return nodes;
}

function token(found) {
  const { code, control, bold, italic, strike, emoji, url } = found.groups;
  if (code !== undefined) return h("code", {}, controls(code));
  if (control !== undefined) return controlNode(control);
  if (emoji !== undefined) return emojiNode(emoji);
  if (url !== undefined) return outsideLink(unescapeText(url), unescapeText(url));
  return h(STYLES[found[0][0]], {}, inline(bold ?? italic ?? strike));
}

// Inside code only links and mentions are rendered.
function controls(text) {
  return text.split(/(<[^<>\n]+>)/).map((part) =>
    /^<.+>$/.test(part) ? controlNode(part.slice(1, -1)) : unescapeText(part));
}

function controlNode(control) {
  const [target, label] = control.split(/\|(.*)/s);
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  const url = unescapeText(target);
  return outsideLink(url, label === undefined ? url.replace(/^mailto:/, "") : unescapeText(label));
}

export function emojiNode(name) {
  const drawn = drawingFor(name);
  const picture = drawn ? drawing(drawn) : emojiFor(name);
  if (!picture) return `:${name}:`;
  if (!drawn && !isOnThisMachine(picture)) return h("span", { class: "emoji-name" }, `:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, picture);
}

export function userMention(id, label) {
  const mine = id === state.me ? " mention-me" : "";
  return h("span", { class: `mention${mine}` }, `@${state.users.has(id) ? userOf(id).real_name : label || id}`);
}

export function channelMention(id, label) {
  const channel = state.channels.get(id);
  const name = `#${channel?.name ?? (label || id)}`;
  if (!channel) return h("span", { class: "mention" }, name);
  return h("button", { type: "button", class: "mention", on: { click: () => openPlace({ channel: id }) } }, name);
}

export function broadcast(range, label) {
  const name = range.startsWith("subteam^") ? label || range : `@${label?.replace(/^@/, "") || range}`;
  return h("span", { class: "mention mention-me" }, name);
}

function agoInWords(moment) {
  const seconds = Math.round((moment - Date.now()) / 1000);
  const words = new Intl.RelativeTimeFormat([], { numeric: "auto" });
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]])
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  return words.format(0, "minute");
}

function dateNode(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return unescapeText(fallback ?? "");
  const day = moment.toLocaleDateString([], { dateStyle: "medium" });
  const words = {
    date_num: moment.toISOString().slice(0, 10),
    time: moment.toLocaleTimeString([], { timeStyle: "short" }),
    ago: agoInWords(moment),
    time_secs: moment.toLocaleTimeString([], { timeStyle: "medium" }),
  };
  const shown = (format ?? "").replace(/\{(\w+)\}/g, (_, name) => words[name] ?? (name.startsWith("date") ? day : name));
  const node = h("time", { datetime: moment.toISOString() }, shown);
  return url ? outsideLink(url, node) : node;
}
