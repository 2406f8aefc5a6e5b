// The face of the bedside: clocks worked out from instants, an alarm until somebody has seen it, a keypad for gloves.
import { SECOND, made, now } from "/static/outbox.js";

// Clocks. `now` is the clock of the server, as outbox.js last heard it: sleep and reload do not matter.

function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / SECOND / 60), hours = Math.floor(minutes / 60);
  return (hours ? hours + " h " : "") + (minutes % 60) + " min";
}
function tick() {
  for (const one of document.querySelectorAll("[data-since-at]")) one.textContent = span(now() - new Date(one.dataset.sinceAt).getTime());
  for (const one of document.querySelectorAll("[data-until-at]")) {
    const left = new Date(one.dataset.untilAt).getTime() - now();
    one.textContent = left > 0 ? "in " + span(left + 59 * SECOND) : span(left) + " overdue";
    one.classList.toggle("overdue", left <= 0);
  }
  for (const one of document.querySelectorAll("progress[data-from]")) {
    const from = new Date(one.dataset.from).getTime(), to = new Date(one.dataset.to).getTime();
    one.value = Math.min(1, Math.max(0, (now() - from) / Math.max(1, to - from)));
  }
  sound();
}

// The alarm: seen, heard and felt; it repeats until somebody presses “Seen”, and comes again if the thing is still not done.

const REPEAT_MS = 10 * SECOND, AGAIN_MS = 120 * SECOND;
let audio = null, sounded = 0;
const seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => {
  audio ||= new AudioContext();
  audio.resume();
  const hint = document.getElementById("sound");
  if (hint) hint.textContent = "Sound is on.";
}, { passive: true });

const alarming = () => [...document.querySelectorAll("[data-alarm]")].filter((one) => now() >= new Date(one.dataset.due).getTime() && !(now() - seen[one.dataset.alarm] < AGAIN_MS));

function sound() {
  const box = document.getElementById("alarm"), all = alarming();
  const words = [...new Set(all.map((one) => one.dataset.words))].join(" ");
  // Set anew only when it says something else: a reader of the screen says it once.
  const said = document.getElementById("alarm-words");
  if (said.textContent !== words) said.textContent = words;
  box.hidden = !all.length;
  box.classList.toggle("sounding", all.length > 0);
  if (!all.length || Date.now() - sounded < REPEAT_MS) return;
  sounded = Date.now();
  if (navigator.vibrate && navigator.userActivation && navigator.userActivation.hasBeenActive) navigator.vibrate([300, 150, 300]);
  if (!audio || audio.state !== "running") return;
  for (const at of [0, 0.4, 0.8]) {
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = 880;
    loud.gain.setValueAtTime(0.4, audio.currentTime + at);
    loud.gain.setValueAtTime(0, audio.currentTime + at + 0.25);
    tone.connect(loud).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.3);
  }
}
document.getElementById("alarm-seen").addEventListener("click", () => {
  for (const one of alarming()) seen[one.dataset.alarm] = now();
  sessionStorage.setItem("seen", JSON.stringify(seen));
  tick();
});

// The keypad: one value at a time; what was found before stands greyed beside it, never in the field.

const pad = document.getElementById("keypad"), form = document.querySelector("form.entry-row");
if (pad && form) {
  const fields = [...form.querySelectorAll("[data-number]")];
  let at = 0;
  const which = made("p", "", { className: "which" }), was = made("p", "", { className: "was" }), keys = made("div", "", { className: "keys" });
  const take = (place) => {
    at = Math.max(0, Math.min(fields.length - 1, place));
    for (const one of fields) one.classList.toggle("at-hand", one === fields[at]);
    const part = fields[at].closest(".part"), before = part.querySelector(".before");
    which.textContent = part.querySelector("label").textContent;
    was.textContent = before ? "Before: " + before.textContent : "Nothing before";
  };
  const next = () => { if (at + 1 < fields.length) { take(at + 1); fields[at].focus(); } else form.querySelector("select, button:not([type=button])").focus(); };
  for (const key of ["7", "8", "9", "⌫", "4", "5", "6", ".", "1", "2", "3", "0"]) {
    const button = made("button", key, { type: "button", tabIndex: -1 });
    if (key === "⌫") button.setAttribute("aria-label", "Rub out");
    button.addEventListener("click", () => { const one = fields[at]; one.value = key === "⌫" ? one.value.slice(0, -1) : one.value + key; });
    keys.append(button);
  }
  const on = made("button", "Next value", { type: "button", className: "big", tabIndex: -1 });
  on.addEventListener("click", next);
  const top = made("div", "", { className: "pad-top" }), words = document.createElement("div");
  words.append(which, was);
  top.append(words, on);
  pad.append(top, keys);
  pad.hidden = false;
  pad.parentElement.classList.add("with-keypad");
  // A finger uses these keys and not the ones of the tablet; a keyboard that is there works as ever.
  if (matchMedia("(pointer: coarse)").matches) for (const one of fields) one.inputMode = "none";
  fields.forEach((one, place) => one.addEventListener("focus", () => take(place)));
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("[data-number]")) { event.preventDefault(); next(); } });
  take(0);
}

tick();
setInterval(tick, SECOND);
