// Lists that are filtered as one types. Without scripts the button of the form does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-filter]");
  const list = document.querySelector("[data-list]");
  if (!form || !list) return;
  const box = form.elements.q;
  const WAIT = 120; // milliseconds without a key, before asking
  let timer = 0;
  let asked = null;

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value.trim()) query.append(name, value);
    const address = `${location.pathname}${query.size ? `?${query}` : ""}`;
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-list]");
      if (!found) return;
      list.replaceChildren(...found.childNodes);
      for (const icon of list.querySelectorAll(".tile img")) icon.addEventListener("error", () => icon.remove());
      history.replaceState(null, "", address);
      document.querySelector("[data-status]").textContent = list.querySelector("[data-count]")?.textContent ?? "All of them";
    } catch { /* the button still works */ }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
  if (box.value !== box.defaultValue) ask(); // typed before this was loaded
})();
