// A chapter starts the player there, and is the current one as long as it plays. Without scripts the links do the first.
const links = [...document.querySelectorAll("a[data-plays]")];
const player = (link) => document.getElementById(link.dataset.plays);

for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    player(link).currentTime = Number(link.dataset.from);
    player(link).play().catch(() => {
      document.querySelector("[data-status]").textContent = "It cannot be played here.";
    });
  });
}
for (const one of new Set(links.map(player))) {
  one.addEventListener("timeupdate", () => {
    const current = links.findLast((link) => Number(link.dataset.from) <= one.currentTime);
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  });
}
