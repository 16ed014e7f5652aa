// Inspector of the traffic, newest first: deliveries to the app and its calls, with their JSON.

import { fill, h, iconButton, toast } from "./dom.js";
import { act, listen, state } from "./store.js";

const pane = document.getElementById("inspector");
const list = h("div", { class: "records", tabindex: "0", role: "region", "aria-label": "Traffic" });
const search = h("input", { class: "field", type: "search", placeholder: "Filter by name or text", "aria-label": "Filter by name or text" });
const FILTERS = {
  all: ["All", () => true],
  events_api: ["Events", (record) => record.kind === "events_api"],
  slash_commands: ["Commands", (record) => record.kind === "slash_commands"],
  interactive: ["Interactions", (record) => record.kind === "interactive"],
  call: ["API calls", (record) => record.record === "call"],
  failed: ["Failed", (record) => record.ok === false],
  retried: ["Retried", (record) => record.attempts?.length > 1],
};
const LABELS = { events_api: "EVENT", slash_commands: "COMMAND", interactive: "ACTION" };
let filter = "all";
const open = new Set();
const drawn = new Map();
const numbers = new WeakMap();
const texts = new WeakMap();
let counter = 0;

export function startInspector() {
  const filters = h("div", { class: "filters", role: "group", "aria-label": "Show" },
    Object.entries(FILTERS).map(([name, [words]]) => h("button", { type: "button", class: "chip", data: { filter: name }, "aria-pressed": String(name === filter), on: { click: () => choose(name) } }, words)),
    search);
  fill(pane,
    h("header", { class: "pane-head" }, h("div", { class: "pane-title" }, h("h2", {}, "Inspector")), iconButton("close", "Close the inspector", toggleInspector)),
    filters, list);
  pane.addEventListener("keydown", (event) => event.key === "Escape" && toggleInspector());
  search.addEventListener("input", draw);
  listen("loaded", () => drawn.clear());
  listen("loaded", draw);
  listen("records", draw);
}

export function toggleInspector() {
  pane.hidden = !pane.hidden;
  document.body.classList.toggle("inspector-open", !pane.hidden);
  document.getElementById("inspect-button")?.setAttribute("aria-pressed", String(!pane.hidden));
  draw();
}

function choose(name) {
  filter = name;
  for (const chip of pane.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", String(chip.dataset.filter === name));
  draw();
}

function keyOf(record) {
  if (record.id) return record.id;
  if (!numbers.has(record)) numbers.set(record, `call-${counter++}`);
  return numbers.get(record);
}

function textOf(record) {
  if (!texts.has(record)) texts.set(record, JSON.stringify([record.name, record.sent, record.answer, record.attempts]).toLowerCase());
  return texts.get(record);
}

// Unchanged records keep their nodes, so that nothing moves under the pointer or the selection.
function draw() {
  if (pane.hidden) return;
  const wanted = search.value.trim().toLowerCase();
  const records = state.records.filter((record) => FILTERS[filter][1](record) && (!wanted || textOf(record).includes(wanted))).reverse();
  if (!records.length) {
    fill(list, h("p", { class: "empty" }, state.records.length ? "Nothing of the kind." : "Nothing yet. Post something, or run a command."));
    return;
  }
  const nodes = records.map(nodeFor);
  for (const old of [...list.children]) if (!nodes.includes(old)) old.remove();
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
}

function nodeFor(record) {
  const key = keyOf(record);
  const known = drawn.get(key);
  if (known?.record === record) return known.node;
  const node = drawRecord(record, key);
  drawn.set(key, { record, node });
  return node;
}

function drawRecord(record, key) {
  const isCall = record.record === "call";
  const node = h("details", { class: `record record-${toneOf(record)}`, open: open.has(key) },
    h("summary", {},
      h("span", { class: `direction ${isCall ? "from-app" : "to-app"}`, title: isCall ? "from the app" : "to the app" }, isCall ? "API" : LABELS[record.kind] ?? "EVENT"),
      h("span", { class: "record-name" }, record.name),
      h("span", { class: "record-outcome" }, outcomeOf(record)),
      h("span", { class: "muted record-time" }, new Date(record.at * 1000).toLocaleTimeString(), teamNote(record))));
  // The JSON is rendered only when opened, since there may be hundreds of records.
  if (open.has(key)) node.append(bodyOf(record));
  node.addEventListener("toggle", () => {
    if (node.open === open.has(key)) return;
    if (node.open) open.add(key), node.append(bodyOf(record));
    else open.delete(key), node.querySelector(".record-body")?.remove();
  });
  return node;
}

function bodyOf(record) {
  const isCall = record.record === "call";
  return h("div", { class: "record-body" },
    h("div", { class: "record-tools" },
      h("button", { type: "button", class: "button button-small", on: { click: () => copy(record) } }, "Copy as JSON"),
      record.kind === "events_api" && h("button", { type: "button", class: "button button-small", on: { click: (event) => deliverAgain(record, event.currentTarget) } }, "Deliver again")),
    json(isCall ? "Arguments" : "Payload", record.sent),
    json(isCall ? "Answer" : "Acknowledgement", record.answer),
    !isCall && attemptsOf(record));
}

// State of a record, which colours its edge: failed, retried, waiting or ok.
function toneOf(record) {
  if (record.ok === null) return "waiting";
  if (!record.ok) return "failed";
  return record.attempts?.length > 1 ? "retried" : "ok";
}

function outcomeOf(record) {
  if (record.ok === null) return "waiting";
  const spent = milliseconds(record.took);
  if (record.record === "call") return `${record.ok ? "ok" : record.answer.error ?? "failed"} · ${spent}`;
  const times = record.attempts.length > 1 ? ` · attempt ${record.attempts.length}` : "";
  return `${record.ok ? "acknowledged" : record.attempts.at(-1)?.reason || "not acknowledged"} · ${spent}${times}`;
}

function milliseconds(seconds) {
  return `${Math.round(seconds * 1000)} ms`;
}

function teamNote(record) {
  const team = state.teams.length > 1 && state.teams.find((each) => each.id === record.team);
  return team ? ` · ${team.name}` : "";
}

function attemptsOf(record) {
  return h("div", { class: "json" }, h("h3", {}, "Attempts"), h("ol", { class: "attempts" }, record.attempts.map((each) => (
    h("li", {}, `${new Date(each.at * 1000).toLocaleTimeString()} by ${each.transport === "http" ? "HTTP" : "Socket Mode"}: ${each.acked ? "acknowledged" : each.reason || "not acknowledged"} after ${milliseconds(each.took)}`)))));
}

async function copy(record) {
  try {
    await navigator.clipboard.writeText(JSON.stringify(record, null, 2));
    toast("Copied.");
  } catch {
    toast("The browser did not allow copying.");
  }
}

async function deliverAgain(record, button) {
  button.disabled = true;
  try {
    const { acked } = await act("redeliver", { envelope_id: record.id });
    toast(acked ? "Delivered again, and acknowledged." : "Delivered again, and not acknowledged.");
  } catch (error) {
    toast(error.message);
  }
  button.disabled = false;
}

function json(title, value) {
  return h("div", { class: "json" }, h("h3", {}, title), h("pre", { tabindex: "0" }, value === null ? "(empty)" : JSON.stringify(value, null, 2)));
}
