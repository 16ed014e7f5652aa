// State of the workspace in this window: loaded once, then updated by the live feed.

const listeners = new Map();

export const state = {
  connected: false,
  me: "",
  team: { id: "", name: "" },
  teams: [],
  app: { commands: [], shortcuts: [] },
  users: new Map(),
  channels: new Map(),
  views: [],
  home: null,
  records: [],
  unread: new Map(),
  // Open channel, thread, and tab of the app's direct message.
  place: { channel: "", thread: "", tab: "messages" },
};

const RECORDS = 300;
const SLACKBOT = { id: "USLACKBOT", name: "slackbot", real_name: "Slackbot", is_bot: true };

export function listen(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function announce(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

export function userOf(id) {
  return state.users.get(id) ?? (id === "USLACKBOT" ? SLACKBOT : { id, name: id, real_name: id, is_bot: false });
}

export function isAppDm(channel) {
  return channel?.kind === "im";
}

export function appDm() {
  return [...state.channels.values()].find(isAppDm);
}

// Names a channel by its #name, the app's direct message by the app, a group DM by its other members.
export function titleOf(channel) {
  if (isAppDm(channel)) return state.app.name;
  return channel.kind === "mpim" ? membersOf(channel) : `#${channel.name}`;
}

export function membersOf(channel) {
  const others = channel.members.filter((id) => id !== state.me);
  return (others.length ? others : channel.members).map((id) => userOf(id).real_name).join(", ");
}

export function isMember(channel) {
  return channel.members.includes(state.me);
}

export function canWrite(channel) {
  return isMember(channel) && !channel.is_archived;
}

export function openPlace(place) {
  state.place = { ...state.place, ...place };
  if (place.channel !== undefined && place.thread === undefined) state.place.thread = "";
  state.unread.delete(state.place.channel);
  announce("place");
}

// Requests an action as this person; a refusal becomes an Error with its sentence.
export async function act(name, asked) {
  const response = await fetch(`/page/act/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: state.me, team: state.team.id, ...asked }),
  });
  return answerOf(response);
}

// Uploads files with a message, which may be empty.
export async function upload({ channel, thread }, text, files) {
  const form = new FormData();
  form.append("text", text);
  for (const file of files) form.append("file", file, file.name);
  const place = new URLSearchParams({ user: state.me, team: state.team.id, channel, thread_ts: thread });
  return answerOf(await fetch(`/page/upload?${place}`, { method: "POST", body: form }));
}

async function answerOf(response) {
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}.`);
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.error);
  return answer;
}

export function connect(user, team) {
  const socket = new WebSocket(`ws://${location.host}/page/feed?${new URLSearchParams({ user, team })}`);
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    state.connected = false;
    announce("connection");
    setTimeout(() => connect(user, team), 1000);
  });
}

const RECEIVERS = {
  snapshot: load,
  message: ({ channel, message }) => keepMessage(channel, message),
  message_gone: ({ channel, ts }) => withChannel(channel, (found) => found.messages.delete(ts)),
  ephemeral: ({ channel, message }) => withChannel(channel, (found) => found.ephemerals.set(message.ts, message)),
  ephemeral_gone: ({ channel, ts }) => withChannel(channel, (found) => found.ephemerals.delete(ts)),
  channel: ({ channel, users }) => keepChannel(channel, users),
  channel_gone: ({ channel }) => dropChannel(channel),
  teams: ({ teams }) => { state.teams = teams; announce("connection"); },
  views: ({ views }) => { state.views = views; announce("views"); },
  home: ({ view }) => { state.home = view; announce("home"); },
  record: ({ record }) => keepRecord(record),
  app_connection: ({ connected }) => { state.app.connected = connected; announce("connection"); },
};

function receive(update) {
  RECEIVERS[update.type]?.(update);
}

function load(snapshot) {
  state.connected = true;
  state.me = snapshot.me;
  state.team = snapshot.team;
  state.teams = snapshot.teams;
  state.app = snapshot.app;
  state.users = new Map(snapshot.users.map((user) => [user.id, user]));
  state.channels = new Map(snapshot.channels.map((channel) => [channel.id, byTimestamp(channel)]));
  state.views = snapshot.views;
  state.home = snapshot.home;
  state.records = snapshot.records;
  if (!state.channels.has(state.place.channel)) state.place.channel = firstPlace();
  announce("loaded");
}

function byTimestamp(channel) {
  const keyed = (messages) => new Map(messages.map((message) => [message.ts, message]));
  return { ...channel, messages: keyed(channel.messages), ephemerals: keyed(channel.ephemerals) };
}

function firstPlace() {
  const all = [...state.channels.values()];
  return (all.find((channel) => channel.name === "support") ?? all[0]).id;
}

// Handles a new channel, or changed members, topic, pins or bookmarks.
function keepChannel(channel, users) {
  state.users = new Map(users.map((user) => [user.id, user]));
  state.channels.set(channel.id, byTimestamp(channel));
  announce("messages", channel.id);
  if (channel.id === state.place.channel) announce("channel");
}

function dropChannel(id) {
  if (!state.channels.delete(id)) return;
  state.unread.delete(id);
  if (state.place.channel === id) openPlace({ channel: firstPlace() });
  else announce("messages", id);
}

function withChannel(id, change) {
  const channel = state.channels.get(id);
  if (!channel) return;
  change(channel);
  announce("messages", id);
}

function keepMessage(id, message) {
  const fresh = !state.channels.get(id)?.messages.has(message.ts);
  const seen = state.place.channel === id && !document.hidden;
  const mine = message.user === state.me;
  const inThread = message.thread_ts && message.thread_ts !== message.ts;
  if (fresh && !seen && !mine && !inThread) state.unread.set(id, (state.unread.get(id) ?? 0) + 1);
  withChannel(id, (channel) => channel.messages.set(message.ts, message));
}

function keepRecord(record) {
  const place = record.id ? state.records.findIndex((each) => each.id === record.id) : -1;
  if (place >= 0) state.records[place] = record;
  else state.records = [...state.records.slice(1 - RECORDS), record];
  announce("records", record);
}
