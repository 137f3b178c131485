// The little that htmx does not do: moving through a list by keyboard, picking a person, taking an attachment out again,
// the hash of a file that stays where it is, and a form that is posted once however often its button is pressed.
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")];

function move(by) {
  const all = rows(), at = all.indexOf(document.activeElement.closest?.("[data-row]"));
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  next?.querySelector("a")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Enter" && event.ctrlKey) event.target.form?.requestSubmit();
    return;
  }
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    x: () => document.activeElement.closest("[data-row]")?.querySelector("[type=checkbox]")?.click(),
    "/": () => document.querySelector("[data-search]")?.focus(),
  };
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove]"), pick = event.target.closest("[data-pick]");
  if (remove) {
    const form = remove.form;
    remove.closest(".file").remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (pick) {
    const found = pick.closest(".found"), input = found.previousElementSibling;
    const before = "several" in input.dataset ? input.value.replace(/[^\s、，,;；]*$/, "") : "";
    input.value = before + pick.dataset.pick + ("several" in input.dataset ? " " : "");
    found.textContent = pick.textContent;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]"))
    for (const box of document.querySelectorAll("[name^='item.']")) box.checked = event.target.checked;
});

document.addEventListener("change", (event) => {
  const chosen = event.target;
  if (!chosen.dataset.fills || !chosen.value) return;
  const text = document.getElementById(chosen.dataset.fills);
  text.value += (text.value && !text.value.endsWith("\n") ? "\n" : "") + chosen.value;
  chosen.value = "";
  text.focus();
});

document.addEventListener("change", async (event) => {
  const into = document.getElementById(event.target.dataset.hashInto), [file] = event.target.files ?? [];
  if (!into || !file) return;
  const fault = document.querySelector("[data-hash-fault]");
  try {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    into.value = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    fault.hidden = true;
  } catch {
    fault.hidden = false; // by http there is no crypto.subtle
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.posted) event.preventDefault();
  else if (form.method === "post" && !form.hasAttribute("hx-confirm")) {
    form.dataset.posted = "yes";
    addEventListener("pageshow", () => delete form.dataset.posted, { once: true });
  }
});

document.querySelector(".top [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
