// What went over the wire: each delivery to the app and each call of its, with their JSON.

import { fill, h, iconButton } from "./dom.js";
import { listen, state } from "./store.js";

const pane = document.getElementById("inspector");
const list = h("div", { class: "records", tabindex: "0", role: "region", "aria-label": "Traffic" });
const FILTERS = {
  all: ["All", () => true],
  envelope: ["Deliveries", (record) => record.record === "envelope"],
  call: ["API calls", (record) => record.record === "call"],
  failed: ["Failed", (record) => record.ok === false],
};
let filter = "all";
const open = new Set();
const numbers = new WeakMap();
let counter = 0;

export function startInspector() {
  const filters = h("div", { class: "filters", role: "group", "aria-label": "Show" },
    Object.entries(FILTERS).map(([name, [words]]) => h("button", { type: "button", class: "chip", data: { filter: name }, "aria-pressed": String(name === filter), on: { click: () => choose(name) } }, words)));
  fill(pane,
    h("header", { class: "pane-head" }, h("div", { class: "pane-title" }, h("h2", {}, "Inspector")), iconButton("close", "Close the inspector", toggleInspector)),
    filters, list);
  pane.addEventListener("keydown", (event) => event.key === "Escape" && toggleInspector());
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

function draw() {
  if (pane.hidden) return;
  const records = state.records.filter(FILTERS[filter][1]).reverse();
  if (records.length) fill(list, records.map(drawRecord));
  else fill(list, h("p", { class: "empty" }, "Nothing yet. Post something, or run a command."));
}

function drawRecord(record) {
  const key = keyOf(record);
  const isCall = record.record === "call";
  const outcome = record.ok === null ? "waiting" : record.ok ? "ok" : failure(record);
  const node = h("details", { class: `record ${record.ok === false ? "record-failed" : ""}`, open: open.has(key) },
    h("summary", {},
      h("span", { class: `direction ${isCall ? "from-app" : "to-app"}`, title: isCall ? "from the app" : "to the app" }, isCall ? "API" : "EVENT"),
      h("span", { class: "record-name" }, record.name),
      h("span", { class: "record-outcome" }, outcome),
      h("span", { class: "muted record-time" }, `${new Date(record.at * 1000).toLocaleTimeString()} · ${Math.round(record.took * 1000)} ms`)));
  const body = () => [
    json(isCall ? "Arguments" : "Payload", record.sent),
    json(isCall ? "Answer" : "Acknowledgement", record.answer),
    record.attempts?.length > 1 && json("Attempts", record.attempts),
  ];
  // The JSON is drawn only when someone looks: there may be hundreds.
  if (open.has(key)) node.append(...body().filter(Boolean));
  node.addEventListener("toggle", () => {
    if (node.open === open.has(key)) return;
    if (node.open) open.add(key), node.append(...body().filter(Boolean));
    else open.delete(key), node.querySelectorAll(".json").forEach((each) => each.remove());
  });
  return node;
}

function failure(record) {
  return record.record === "call" ? record.answer.error : record.attempts.at(-1)?.reason || "not acknowledged";
}

function json(title, value) {
  return h("div", { class: "json" }, h("h3", {}, title), h("pre", { tabindex: "0" }, value === null ? "(empty)" : JSON.stringify(value, null, 2)));
}
