// Common emoji by Slack's names. An unknown name stays as it was written.

const NAMES = `
red_circle🔴 large_orange_circle🟠 orange_circle🟠 large_yellow_circle🟡 large_green_circle🟢 large_blue_circle🔵
blue_circle🔵 large_purple_circle🟣 purple_circle🟣 white_circle⚪ black_circle⚫ large_red_square🟥 large_green_square🟩
large_yellow_square🟨 large_blue_square🟦 white_check_mark✅ heavy_check_mark✔️ ballot_box_with_check☑️ x❌ negative_squared_cross_mark❎
warning⚠️ rotating_light🚨 no_entry⛔ no_entry_sign🚫 octagonal_sign🛑 exclamation❗ heavy_exclamation_mark❗ question❓
grey_question❔ bangbang‼️ information_source🛈 bulb💡 mag🔍 mag_right🔎 link🔗 lock🔒 unlock🔓 key🔑 closed_lock_with_key🔐
shield🛡️ bell🔔 no_bell🔕 mega📣 loudspeaker📢 speech_balloon💬 thought_balloon💭 memo📝 pencil📝 pencil2✏️ clipboard📋
page_facing_up📄 page_with_curl📃 scroll📜 books📚 book📖 bookmark🔖 bookmark_tabs📑 label🏷️ pushpin📌 round_pushpin📍
paperclip📎 file_folder📁 open_file_folder📂 card_index_dividers🗂️ calendar📅 date📅 clock1🕐 clock3🕒 alarm_clock⏰ stopwatch⏱️
hourglass⌛ hourglass_flowing_sand⏳ repeat🔁 arrows_counterclockwise🔄 arrow_right➡️ arrow_left⬅️ arrow_up⬆️ arrow_down⬇️
arrow_forward▶️ fast_forward⏩ point_right👉 point_left👈 point_up☝️ point_down👇 eyes👀 wave👋 raised_hands🙌 pray🙏 clap👏
muscle💪 ok_hand👌 +1👍 thumbsup👍 -1👎 thumbsdown👎 tada🎉 confetti_ball🎊 sparkles✨ star⭐ star2🌟 fire🔥 zap⚡ boom💥
rocket🚀 gear⚙️ wrench🔧 hammer🔨 hammer_and_wrench🛠️ toolbox🧰 robot_face🤖 computer💻 desktop_computer🖥️ iphone📱
floppy_disk💾 package📦 inbox_tray📥 outbox_tray📤 envelope✉️ email📧 mailbox📫 globe_with_meridians🌐 cloud☁️ seedling🌱
chart_with_upwards_trend📈 chart_with_downwards_trend📉 bar_chart📊 stethoscope🩺 adhesive_bandage🩹 ambulance🚑 fire_engine🚒
bug🐛 beetle🐞 smile😄 slightly_smiling_face🙂 grinning😀 joy😂 wink😉 thinking_face🤔 neutral_face😐 confused😕 cry😢 sob😭
scream😱 sweat_smile😅 sunglasses😎 heart❤️ broken_heart💔 hundred💯 100💯 new🆕 ok🆗 sos🆘 up🆙 top🔝 soon🔜 end🔚 recycle♻️
small_red_triangle🔺 small_blue_diamond🔹 small_orange_diamond🔸 large_blue_diamond🔷 large_orange_diamond🔶 heavy_minus_sign➖
heavy_plus_sign➕ one1️⃣ two2️⃣ three3️⃣ four4️⃣ five5️⃣ six6️⃣ seven7️⃣ eight8️⃣ nine9️⃣ zero0️⃣ scales⚖️ compass🧭
detective🕵️ female-detective🕵️‍♀️ male-detective🕵️‍♂️ ghost👻 building_construction🏗️ traffic_light🚦 construction🚧 flag-tw🇹🇼 flag-us🇺🇸
`;

// Some names contain digits (clock1, 100), so an emoji starts where ASCII ends, or at a keycap.
const EMOJI = new Map(NAMES.trim().split(/\s+/).map((entry) => {
  const place = entry.search(/[^\x00-\x7f]/);
  const start = entry.codePointAt(place) === 0xfe0f ? place - 1 : place;
  return [entry.slice(0, start), entry.slice(start)];
}));

export function emojiNames() {
  return [...EMOJI.keys()];
}

export function emojiFor(name) {
  return EMOJI.get(name.replace(/::skin-tone-\d$/, ""));
}

const looks = new Map();
const UNASSIGNED = "\u{10ffff}";

// Tells if this machine has a glyph for the emoji: a missing one looks like an impossible one.
export function isOnThisMachine(picture) {
  const [first] = picture;
  return lookOf(first) !== lookOf(UNASSIGNED);
}

function lookOf(character) {
  if (!looks.has(character)) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.font = '18px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif';
    brush.fillText(character, 0, 18);
    looks.set(character, brush.getImageData(0, 0, 24, 24).data.join());
  }
  return looks.get(character);
}

// Status signs are drawn here, since not every machine has a font with them.
const CIRCLE = "M10 1.5a8.5 8.5 0 1 0 .001 0z";
const SQUARE = "M3 1.5h14a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H3A1.5 1.5 0 0 1 1.5 17V3A1.5 1.5 0 0 1 3 1.5z";
const CHECK = "M4.5 10.5l3.8 3.8 7.4-8.4";
const CROSS = "M4 4l12 12M16 4L4 16";
const DRAWN = {
  red_circle: [CIRCLE, "#d8344a"],
  large_orange_circle: [CIRCLE, "#ee8421"],
  large_yellow_circle: [CIRCLE, "#f1c232"],
  large_green_circle: [CIRCLE, "#2f9e5b"],
  large_blue_circle: [CIRCLE, "#2f7bd8"],
  large_purple_circle: [CIRCLE, "#8456c9"],
  white_circle: [CIRCLE, "#e6e9ee"],
  black_circle: [CIRCLE, "#3a3f47"],
  white_check_mark: [SQUARE, "#2f9e5b", CHECK],
  heavy_check_mark: ["", "", CHECK, "#2f9e5b"],
  x: ["", "", CROSS, "#d8344a"],
  warning: ["M10 1.8L19 18H1z", "#f1c232", "M10 7.4v5M10 15.2v.01", "#2b2205"],
  no_entry: [CIRCLE, "#d8344a", "M5.5 10h9"],
  information_source: [SQUARE, "#2f7bd8", "M10 5.2v.01M10 9v6"],
  question: ["", "", "M6.5 6.5a3.5 3.5 0 1 1 4.6 3.3c-.8.3-1.1.9-1.1 1.9M10 15.6v.01", "#d8344a"],
  heart: ["M10 17.5C4 13 1.8 10 1.8 6.9a4.2 4.2 0 0 1 8.2-1.3 4.2 4.2 0 0 1 8.2 1.3c0 3.1-2.2 6.1-8.2 10.6z", "#d8344a"],
  eyes: ["M5.2 3c2.3 0 4.1 3.1 4.1 7s-1.8 7-4.1 7-4.1-3.1-4.1-7 1.8-7 4.1-7zM14.8 3c2.3 0 4.1 3.1 4.1 7s-1.8 7-4.1 7-4.1-3.1-4.1-7 1.8-7 4.1-7z", "#b4bfcb", "M6.4 9v2.5M16 9v2.5", "#2b323b"],
  thumbsup: ["M2 9h3.5v9H2zM6.8 9.200L10.3 2c1.600 0 2.4 1.1 2.200 2.600L12 8h4.600c1.1 0 1.8 1 1.5 2l-1.700 6.600c-.2.9-.9 1.4-1.8 1.4H6.8z", "#e9b13c"],
  tada: ["M2 18.5L7 5.5l7.5 7.5z", "#f1c232", "M11 7.5c.5-2.5 1.5-4.5 3-5.5M13 9.5c2-.8 3.8-1 5.5-.5M12 8.5l4-4M17.5 13v.01M8.5 2v.01", "#8456c9"],
  bulb: ["M10 1.5a6 6 0 0 0-3.4 10.9c.6.5.9 1.1.9 1.8h5c0-.7.3-1.3.9-1.8A6 6 0 0 0 10 1.5z", "#f1c232", "M8 16.4h4M8.8 18.6h2.4", "#7d8794"],
};
for (const [other, name] of [["orange_circle", "large_orange_circle"], ["blue_circle", "large_blue_circle"], ["purple_circle", "large_purple_circle"], ["+1", "thumbsup"]]) {
  DRAWN[other] = DRAWN[name];
}

// [filled path, its colour, stroked path, its colour], or undefined.
export function drawingFor(name) {
  return DRAWN[name];
}
