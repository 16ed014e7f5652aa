// Files for the next message: chosen, dropped or pasted into a composer.

import { fill, h, iconButton } from "./dom.js";
import { sizeOf } from "./files.js";

// `changed` is called after every change of the list.
export function makeAttachments(field, changed) {
  let waiting = [];
  const list = h("ul", { class: "attachments", "aria-label": "Files to send", hidden: true });
  const chooser = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files" });
  const button = iconButton("clip", "Attach files", () => chooser.click(), { class: "icon-button clip-button" });

  chooser.addEventListener("change", () => {
    add([...chooser.files]);
    chooser.value = "";
  });
  field.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    // Office programs copy text together with a picture of it; the text is meant.
    if (!files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    add(files);
  });

  function add(files) {
    waiting = [...waiting, ...files];
    draw();
  }

  function draw() {
    list.hidden = !waiting.length;
    fill(list, waiting.map((file) => h("li", {}, h("span", { class: "attachment-name" }, file.name), h("span", { class: "muted" }, sizeOf(file.size)),
      iconButton("close", `Leave out ${file.name}`, () => drop(file)))));
    changed();
  }

  function drop(file) {
    waiting = waiting.filter((each) => each !== file);
    draw();
    field.focus();
  }

  // Accepts files dropped anywhere on the pane.
  function acceptOn(pane) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    pane.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      pane.classList.add("drop-here");
    });
    pane.addEventListener("dragleave", (event) => !pane.contains(event.relatedTarget) && pane.classList.remove("drop-here"));
    pane.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      pane.classList.remove("drop-here");
      add([...event.dataTransfer.files]);
      field.focus();
    });
  }

  function take() {
    const taken = waiting;
    waiting = [];
    draw();
    return taken;
  }

  return { list, chooser, button, add, take, acceptOn, count: () => waiting.length };
}
