// Suggestions below the search box, as one types (the combobox of the ARIA practices). Search works without.
"use strict";
(() => {
  const box = document.getElementById("q");
  const form = box?.form;
  if (!form) return;
  const address = form.action.replace(/[?#].*$/, "") + "/suggest";
  const WAIT = 120; // milliseconds without a key, before asking

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id,
  })) box.setAttribute(name, value);

  let shown = [];
  let at = -1;
  let timer = 0;
  let asked = null;

  function close() {
    clearTimeout(timer);
    asked?.abort();
    shown = [];
    at = -1;
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    at = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function take(index) {
    const text = shown[index].text;
    close();
    box.value = text;
    box.focus();
    box.setSelectionRange(text.length, text.length);
    if (text.endsWith(":")) ask(); // an operator wants a value
  }

  function show(suggestions) {
    close();
    if (!suggestions.length || document.activeElement !== box) return;
    shown = suggestions;
    suggestions.forEach((suggestion, i) => {
      const item = document.createElement("li");
      item.id = `suggestion-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const label = document.createElement("span");
      label.dir = "auto";
      label.textContent = suggestion.label;
      const hint = document.createElement("span");
      hint.textContent = suggestion.hint;
      item.append(label, hint);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(i); });
      list.append(item);
    });
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  }

  async function ask() {
    asked?.abort();
    const text = box.value;
    if (!text.trim() || /\s$/.test(text) || box.selectionStart !== text.length) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`${address}?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      if (answer.ok && box.value === text) show((await answer.json()).suggestions);
    } catch { /* no suggestions, then */ }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (!shown.length || event.isComposing) return;
    const { key } = event;
    if (key === "ArrowDown") mark((at + 2) % (shown.length + 1) - 1);
    else if (key === "ArrowUp") mark((at + 1 + shown.length) % (shown.length + 1) - 1);
    else if (key === "Escape") close();
    else if (key === "Enter" && at >= 0) take(at);
    else return;
    event.preventDefault();
  });
})();
