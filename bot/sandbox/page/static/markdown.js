// Markdown blocks: the part of Markdown that Slack renders.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block

import { h, outsideLink } from "./dom.js";
import { emojiNode } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "(?<ticks>`+)(?<code>[\\s\\S]+?)\\k<ticks>",
    "!?\\[(?<label>[^\\]]*)\\]\\((?<url>[^\\s)]+)(?:\\s+\"[^\"]*\")?\\)",
    "<(?<auto>https?://[^<>\\s]+)>",
    "(?<bare>https?://[^\\s<>]*[^\\s<>.,;:!?)\\]'\"])",
    "\\*\\*(?<strong>[^\\s*](?:[\\s\\S]*?[^\\s])?)\\*\\*",
    "__(?<strong2>[^\\s_](?:[\\s\\S]*?[^\\s])?)__",
    "~~(?<strike>[^~]+)~~",
    "\\*(?<em>[^\\s*](?:[^*]*[^\\s*])?)\\*",
    "(?<![\\p{L}\\p{N}])_(?<em2>[^\\s_](?:[^_]*[^\\s_])?)_(?![\\p{L}\\p{N}])",
    ":(?<emoji>[a-z0-9_+-]+):",
    "\\\\(?<escaped>[\\\\`*_{}\\[\\]()#+.!~>|-])",
  ].join("|"),
  "gu",
);

const ITEM = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/;

export function markdown(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const nodes = [];
  while (lines.length) nodes.push(...takeBlock(lines));
  return h("div", { class: "markdown" }, nodes);
}

// Removes one block's lines from the front and renders them.
function takeBlock(lines) {
  const line = lines[0];
  if (!line.trim()) return lines.shift() && [];
  const fence = line.match(/^\s*(```+|~~~+)/);
  if (fence) return [takeFence(lines, fence[1])];
  const heading = line.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (heading) return lines.shift() && [h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2]))];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return lines.shift() && [h("hr")];
  if (/^\s*>/.test(line)) return [h("blockquote", {}, markdown(take(lines, /^\s*>/).map((each) => each.replace(/^\s*> ?/, "")).join("\n")))];
  if (ITEM.test(line)) return [takeList(lines)];
  if (/\|/.test(line) && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[1] ?? "")) return [takeTable(lines)];
  const paragraph = [lines.shift()];
  while (lines.length && lines[0].trim() && !/^\s*(```|~~~|#{1,6}\s|>|([-*+]|\d+[.)])\s)/.test(lines[0])) paragraph.push(lines.shift());
  return [h("p", {}, inline(paragraph.join("\n")))];
}

function take(lines, pattern) {
  const taken = [];
  while (lines.length && pattern.test(lines[0])) taken.push(lines.shift());
  return taken;
}

function takeFence(lines, ticks) {
  lines.shift();
  const code = [];
  while (lines.length && !lines[0].trim().startsWith(ticks)) code.push(lines.shift());
  lines.shift();
  return h("pre", { class: "code-block", tabindex: "0" }, h("code", {}, code.join("\n")));
}

function takeList(lines) {
  const [, margin, bullet, first] = lines[0].match(ITEM);
  const list = h(bullet ? "ul" : "ol", first && first !== "1" ? { start: first } : {});
  while (lines.length) {
    const found = lines[0].match(ITEM);
    if (found && found[1].length > margin.length && list.lastElementChild) {
      list.lastElementChild.append(takeList(lines));
    } else if (found && found[1].length === margin.length && Boolean(found[2]) === Boolean(bullet)) {
      lines.shift();
      list.append(h("li", {}, inline(found[4])));
    } else if (!found && lines[0].trim() && /^\s+/.test(lines[0]) && list.lastElementChild) {
      list.lastElementChild.append("\n", ...inline(lines.shift().trim()));
    } else {
      break;
    }
  }
  return list;
}

function takeTable(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
  const head = cells(lines.shift());
  lines.shift();
  const rows = take(lines, /\|/).map(cells);
  return h("div", { class: "table-box", tabindex: "0" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, inline(cell))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell))))))));
}

function inline(text) {
  const nodes = [];
  let place = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > place) nodes.push(text.slice(place, found.index));
    nodes.push(token(found.groups));
    place = found.index + found[0].length;
  }
  if (place < text.length) nodes.push(text.slice(place));
  return nodes;
}

function token(groups) {
  if (groups.code !== undefined) return h("code", {}, groups.code);
  if (groups.url !== undefined) return outsideLink(groups.url, inline(groups.label));
  if (groups.auto ?? groups.bare) return outsideLink(groups.auto ?? groups.bare, groups.auto ?? groups.bare);
  if (groups.emoji !== undefined) return emojiNode(groups.emoji);
  if (groups.escaped !== undefined) return groups.escaped;
  if (groups.strike !== undefined) return h("s", {}, inline(groups.strike));
  const strong = groups.strong ?? groups.strong2;
  return strong === undefined ? h("em", {}, inline(groups.em ?? groups.em2)) : h("strong", {}, inline(strong));
}
