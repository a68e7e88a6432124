// The bars of a chart are one stop of the tabulator key; arrows, Home and End go from one to the next.
"use strict";

for (const bars of document.querySelectorAll("[data-bars]")) {
  const links = [...bars.querySelectorAll("a")];

  bars.addEventListener("keydown", (event) => {
    const here = links.indexOf(document.activeElement);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: links.length - 1 }[event.key];
    if (here < 0 || to === undefined || !links[to] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    links[here].setAttribute("tabindex", "-1");
    links[to].setAttribute("tabindex", "0");
    links[to].focus();
  });
}
