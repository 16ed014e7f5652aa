// Files in messages: pictures and the first lines of texts are shown, and every file can be downloaded.

import { ask } from "./confirm.js";
import { h, icon, iconButton, toast } from "./dom.js";
import { act, state } from "./store.js";

const PICTURES = ["png", "jpg", "jpeg", "gif", "webp"];
// Binary files are never fetched for a preview.
const BINARIES = ["zip", "gz", "7z", "pdf", "exe", "msi", "cab", "docx", "xlsx", "pptx", "mp4", "mp3", "mov", "evtx", "pfx", "cer"];

function addressOf(fileId, rest = "") {
  return `/page/files/${encodeURIComponent(state.team.id)}/${encodeURIComponent(fileId)}${rest}?${new URLSearchParams({ user: state.me })}`;
}

// Address of an image block: any URL, or a file of this workspace by its ID or URL.
export function pictureAddress({ image_url: url, slack_file: file }) {
  if (url) return url;
  const id = file?.id ?? file?.url?.match(/\/files-pri\/[^/]*-(F[A-Z0-9]+)\/|\/files\/[^/]+\/(F[A-Z0-9]+)\//)?.slice(1).find(Boolean);
  return id ? addressOf(id) : "";
}

export function drawFiles(message) {
  if (!message.files?.length) return null;
  return h("div", { class: "files" }, message.files.map(drawFile));
}

function drawFile(file) {
  if (file.mode === "tombstone") return h("div", { class: "file-gone" }, icon("file"), "This file was deleted.");
  const picture = PICTURES.includes(file.filetype);
  const node = h("div", { class: `file${picture ? " file-picture" : ""}`, role: "group", "aria-label": file.name, data: { file: file.id } },
    h("div", { class: "file-head" }, icon("file"),
      h("div", { class: "file-names" }, h("div", { class: "file-name" }, file.title || file.name),
        h("div", { class: "muted file-facts" }, `${file.pretty_type} · ${sizeOf(file.size)}`)),
      h("a", { class: "icon-button", href: addressOf(file.id), download: file.name, "aria-label": `Download ${file.name}`, title: "Download" }, icon("download")),
      file.user === state.me && iconButton("delete", `Delete ${file.name}`, () => remove(file))));
  if (picture) node.append(h("img", { class: "file-image", src: addressOf(file.id), alt: file.alt_txt || file.name, loading: "lazy" }));
  else if (!BINARIES.includes(file.filetype)) showPreview(node, file);
  return node;
}

async function showPreview(node, file) {
  const response = await fetch(addressOf(file.id, "/preview"));
  if (!response.ok) return;
  const { text, more } = await response.json();
  if (!text) return;
  node.append(h("pre", { class: "code-block file-text", tabindex: "0" }, h("code", {}, text)));
  if (more) node.append(h("div", { class: "muted file-more" }, "There is more: download the file to see all of it."));
}

async function remove(file) {
  const sure = await ask({ title: "Delete file", body: `Delete ${file.name}, wherever it is shown?`, yes: "Delete", no: "Cancel", danger: true });
  if (sure) act("delete_file", { file: file.id }).catch((error) => toast(error.message));
}

export function sizeOf(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let place = 0;
  let size = bytes;
  while (size >= 1000 && place < units.length - 1) size /= 1000, place += 1;
  return `${place && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[place]}`;
}
