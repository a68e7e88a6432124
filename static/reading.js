// Comfort for the reading pages. Everything works without it: theme, local times, keys, copying, notes in place.
"use strict";
(() => {
  const root = document.documentElement;
  const remembered = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const remember = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* a browser that keeps nothing */ }
  };

  // Before the first paint, so that a page does not flash.
  const THEMES = ["auto", "light", "dark"];
  const setTheme = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  setTheme(remembered("theme"));
  root.dataset.scripted = "";

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const say = (text) => { one("[data-status]").textContent = text; };

  function themeSwitch() {
    const button = one("[data-theme-switch]");
    const label = () => { button.textContent = `Theme: ${remembered("theme") || "auto"}`; };
    label();
    button.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(remembered("theme") || "auto") + 1) % THEMES.length];
      remember("theme", next);
      setTheme(next);
      label();
    });
  }

  // A midnight is mostly a date without a time, which another zone would turn into the day before.
  function localTimes() {
    const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }); // as all other dates are
    for (const time of all("time[data-local]")) {
      const at = new Date(time.dateTime);
      if (isNaN(at) || time.dateTime.endsWith("T00:00:00Z")) continue;
      time.title ||= time.textContent.trim();
      time.textContent = format.format(at);
    }
  }

  function copyButtons() {
    for (const button of all("button[data-copy]")) {
      button.hidden = !navigator.clipboard;
      const label = button.textContent;
      button.addEventListener("click", async () => {
        const source = document.getElementById(button.dataset.copy);
        try {
          await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
          button.textContent = "Copied";
          say("Copied to the clipboard");
        } catch {
          source.select?.();
          say("Not allowed to copy: the address is selected instead");
        }
        setTimeout(() => { button.textContent = label; }, 2000);
      });
    }
    for (const field of all("input[data-select]")) field.addEventListener("focus", () => field.select());
  }

  // Footnotes: a click shows the note below its paragraph; a second one takes it away again.
  const NOTE = "[role=doc-noteref], .footnote-ref, .footnote-reference, sup a";
  function notesInPlace() {
    for (const prose of all(".prose")) {
      prose.addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href^='#']");
        if (!link || !(link.matches(NOTE) || link.closest(NOTE))) return;
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        const id = decodeURIComponent(link.hash.slice(1));
        const target = document.getElementById(id);
        if (!target || !prose.contains(target) || target.contains(link)) return;
        event.preventDefault();
        toggleNote(link, target, id);
      });
    }
  }
  function toggleNote(link, target, id) {
    const block = link.closest("p, li, dd, td, th, blockquote, figcaption, h1, h2, h3, h4, h5, h6") || link;
    const open = all("aside.note-in-place", block.parentNode).find((note) => note.dataset.note === id);
    if (open) {
      open.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    const note = document.createElement("aside");
    note.className = "note-in-place";
    note.dataset.note = id;
    note.setAttribute("role", "note");
    const whole = target.closest("li, dd, .footnote-item, .footnote, p") || target;
    for (const child of whole.cloneNode(true).childNodes) note.append(child.cloneNode(true));
    all("[id]", note).forEach((part) => part.removeAttribute("id"));
    all(".footnote-back, .footnote-back-link, .footnote-backref, [role=doc-backlink]", note)
      .forEach((part) => part.remove());
    if (block.matches("li, dd, td, th")) block.append(note);
    else block.after(note);
    link.setAttribute("aria-expanded", "true");
    say(note.textContent.trim().slice(0, 500));
  }

  function keys() {
    const dialog = one("#keys");
    const on = one("[data-keys-on]");
    on.checked = remembered("keys") !== "off";
    on.addEventListener("change", () => remember("keys", on.checked ? "on" : "off"));
    const help = one("[data-keys-open]");
    help.addEventListener("click", () => dialog.showModal());

    const move = (by) => {
      const items = all("[data-item]");
      if (!items.length) return;
      const at = items.findIndex((item) => item.contains(document.activeElement));
      const visible = items.findIndex((item) => item.getBoundingClientRect().bottom > 80);
      const next = at < 0 ? Math.max(visible, 0) : Math.min(Math.max(at + by, 0), items.length - 1);
      const link = one("a[data-open], a", items[next]);
      link?.focus({ preventScroll: true });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      items[next].scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    };
    const follow = (selector, within = document) => { const link = one(selector, within); if (link) link.click(); };
    const actions = {
      j: () => move(1),
      k: () => move(-1),
      o: () => {
        const item = document.activeElement.closest?.("[data-item]");
        if (item) follow("a[data-open]", item);
      },
      v: () => follow("a[data-original]", document.activeElement.closest?.("[data-item]") || document),
      n: () => follow("a[rel~=next]"),
      p: () => follow("a[rel~=prev]"),
      h: () => follow(".masthead .name"),
      "/": () => { one("#q")?.focus(); one("#q")?.select(); },
      "?": () => dialog.showModal(),
    };
    // Before any other, as Datasette 1.0 has a box of its own for "/", which its menu opens as well.
    document.addEventListener("keydown", (event) => {
      if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
      const at = event.composedPath()[0];
      if (at.closest?.("input, textarea, select, audio, video, [contenteditable]")) return;
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      action();
    }, { capture: true });
  }

  // A table of contents has a column of its own where there is room, and is in the way of the text where there is none.
  function wideContents() {
    const wide = matchMedia("(min-width: 76rem)").matches;
    for (const contents of all("details[data-open-wide]")) contents.open = wide;
  }

  // An icon that is gone leaves its place to the feed's first letter.
  function missingIcons() {
    for (const icon of document.querySelectorAll(".tile img")) {
      if (icon.complete && !icon.naturalWidth) icon.remove();
      else icon.addEventListener("error", () => icon.remove());
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    missingIcons();
    wideContents();
    themeSwitch();
    localTimes();
    copyButtons();
    notesInPlace();
    keys();
  });
})();
