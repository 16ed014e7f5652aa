// rich_text blocks, from typed messages and from apps.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { h, outsideLink } from "./dom.js";
import { broadcast, channelMention, emojiNode, userMention } from "./mrkdwn.js";

export function richText(block) {
  return h("div", { class: "rich-text" }, drawAll(block.elements));
}

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, part.elements.map(drawPiece)),
  rich_text_quote: (part) => h("blockquote", {}, trimmed(part.elements).map(drawPiece)),
  rich_text_preformatted: (part) =>
    h("pre", { class: "code-block", tabindex: "0" }, h("code", {}, part.elements.map(drawPiece))),
};

function drawAll(all) {
  const parts = all.map((part, place) => (place && all[place - 1].type !== "rich_text_section" ? closedUp(part) : part));
  const drawn = [];
  let place = 0;
  while (place < parts.length) {
    const part = parts[place];
    if (part.type === "rich_text_list") {
      const run = [];
      while (parts[place]?.type === "rich_text_list") run.push(parts[place++]);
      drawn.push(...lists(run));
      continue;
    }
    drawn.push(PARTS[part.type] ? PARTS[part.type](part) : unknownPart(part.type));
    place += 1;
  }
  return drawn;
}

// The line break after a quote or code makes no empty line.
function closedUp(part) {
  const [first, ...rest] = part.elements;
  if (part.type !== "rich_text_section" || first?.type !== "text") return part;
  return { ...part, elements: [{ ...first, text: first.text.replace(/^\n/, "") }, ...rest] };
}

// Consecutive lists of different indent form one nested list.
function lists(run) {
  const roots = [];
  const open = [];
  for (const part of run) {
    const indent = part.indent ?? 0;
    open.length = Math.min(open.length, indent + 1);
    let list = open[indent];
    if (!list || list.ordered !== (part.style === "ordered")) {
      const node = h(part.style === "ordered" ? "ol" : "ul", part.offset ? { start: part.offset + 1 } : {});
      list = { node, ordered: part.style === "ordered" };
      const parent = open[indent - 1]?.node;
      if (parent) (parent.lastElementChild ?? parent).append(node);
      else roots.push(node);
      open[indent] = list;
    }
    for (const item of part.elements) list.node.append(h("li", {}, item.elements.map(drawPiece)));
  }
  return roots;
}

function trimmed(elements) {
  const last = elements.at(-1);
  if (last?.type !== "text") return elements;
  return [...elements.slice(0, -1), { ...last, text: last.text.replace(/\n$/, "") }];
}

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => outsideLink(piece.url, piece.text ?? piece.url),
  user: (piece) => userMention(piece.user_id),
  channel: (piece) => channelMention(piece.channel_id),
  emoji: (piece) => emojiNode(piece.name),
  broadcast: (piece) => broadcast(piece.range),
  usergroup: (piece) => broadcast(`subteam^${piece.usergroup_id}`),
  date: (piece) => h("time", {}, new Date(piece.timestamp * 1000).toLocaleString()),
  color: (piece) => piece.value,
};

function drawPiece(piece) {
  const draw = PIECES[piece.type];
  if (!draw) return unknownPart(piece.type);
  const style = piece.style ?? {};
  let node = draw(piece);
  if (style.code) node = h("code", {}, node);
  if (style.bold) node = h("strong", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.strike) node = h("s", {}, node);
  if (style.underline) node = h("u", {}, node);
  return node;
}

function unknownPart(type) {
  return h("span", { class: "unknown" }, `The sandbox cannot draw the rich text element “${type}”.`);
}
