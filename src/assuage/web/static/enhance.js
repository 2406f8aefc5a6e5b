// Enhancement only: every page works without it.
"use strict";

// A choice that sets itself; its button is then not needed.
for (const select of document.querySelectorAll("select[data-submit]")) {
  const button = select.form.querySelector("button");
  if (button) button.hidden = true;
  select.addEventListener("change", () => select.form.submit());
}

// What went wrong is read first.
const told = document.querySelector("#problems, #findings");
if (told) told.focus();

// One press sends once; the key in the form makes a second one harmless all the same.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) setTimeout(() => { button.disabled = true; }, 0);
    setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = false; }, 5000);
  });
}

// j and k go through the rows of a list, Enter opens, / looks for a patient.
const rows = [...document.querySelectorAll("table[data-rows] tbody tr")];
let row = -1;
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); location.href = "/patients"; }
  if (!rows.length || !["j", "k"].includes(event.key)) return;
  row = Math.max(0, Math.min(rows.length - 1, row + (event.key === "j" ? 1 : -1)));
  rows[row].querySelector("a").focus();
});

// Clocks that count are worked out from the instant they began, so that sleep and reload do not matter.
const SECOND = 1000;
const counting = [...document.querySelectorAll("[data-since], [data-until]")];
function tick() {
  for (const one of counting) {
    const since = one.dataset.since;
    const at = new Date(since || one.dataset.until).getTime();
    const minutes = Math.floor(Math.abs(Date.now() - at) / SECOND / 60);
    const hours = Math.floor(minutes / 60);
    const words = (hours ? hours + " h " : "") + (minutes % 60) + " min";
    const late = !since && Date.now() > at;
    one.textContent = since ? words : (late ? words + " overdue" : "in " + words);
    one.classList.toggle("overdue", late);
  }
}
if (counting.length) { tick(); setInterval(tick, 10 * SECOND); }

// A page that was left alone says that its sign-in has ended; the server ends it whatever is shown here.
for (const one of document.querySelectorAll("[data-idle]")) {
  setTimeout(() => { one.hidden = false; }, Number(one.dataset.idle) * SECOND);
}
