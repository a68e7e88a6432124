// A chapter starts the player there, and is the current one as long as it plays. Without this, it opens the file there.
"use strict";
(() => {
  const links = [...document.querySelectorAll("a[data-plays]")];
  const playerOf = (link) => document.getElementById(link.dataset.plays);
  const say = (text) => { document.querySelector("[data-status]").textContent = text; };
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      const player = playerOf(link);
      event.preventDefault();
      player.currentTime = Number(link.dataset.from);
      player.play().catch(() => say("It cannot be played here."));
    });
  }
  for (const player of new Set(links.map(playerOf))) {
    player.addEventListener("timeupdate", () => {
      const current = links.findLast((link) => Number(link.dataset.from) <= player.currentTime);
      for (const link of links) {
        if (link === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    });
  }
})();
