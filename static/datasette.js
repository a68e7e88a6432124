// What Datasette's own pages lack: names for those who hear a page, keys for what scrolls, and room on a telephone.

const NAMES = {
  "select[name^=_filter_column]": "Column to filter by",
  "select[name^=_filter_op]": "How to compare",
  "input[name^=_filter_value]": "Value to compare with",
  "select[name=_sort]": "Sort by",
  "textarea[name=allow]": "Rules of whom to allow, as JSON",
  "textarea[name=actor]": "Somebody who asks, as JSON",
  "textarea[name=sql], .CodeMirror textarea, .cm-content": "SQL",
};

function name() {
  for (const [selector, label] of Object.entries(NAMES)) {
    for (const element of document.querySelectorAll(selector)) {
      if (!element.labels?.length && !element.ariaLabel) element.ariaLabel = label;
    }
  }
}

name();
addEventListener("load", name); // the editor of SQL makes its own field

for (const heading of document.querySelectorAll(".content > h3, .content > form > h3")) heading.ariaLevel = 2;

for (const list of document.querySelectorAll(".content ul > ul")) list.previousElementSibling?.append(list);

// What is there for who asks for it; on a telephone, where the rows come first, the form of filters too.
function fold(selector, label) {
  for (const element of document.querySelectorAll(selector)) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = label;
    details.className = "fold";
    element.before(details);
    details.append(summary, element);
  }
}

fold("dl.column-descriptions", "What the columns mean");
fold("pre.wrapped-sql", "How this is defined, in SQL");
if (matchMedia("(max-width: 576px)").matches) fold("form.filters", "Search and filter");

// What scrolls can be scrolled by keys, and the pages of a list be turned by them.
for (const element of document.querySelectorAll(".table-wrapper, .content pre")) element.tabIndex = 0;
for (const link of document.querySelectorAll(".content > p > a[href*='_next=']")) link.rel = "next";

// A click elsewhere closes a menu, but nothing else that is unfolded.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details:is(.nav-menu, .actions-menu-links)[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
