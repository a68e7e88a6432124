// What Datasette's own pages lack: names for those who hear a page, keys for what scrolls, and room on a telephone.

const root = document.documentElement;
root.lang ||= "en";

// The theme that was chosen on the reading pages.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
} catch {
  // Without storage it is the system's.
}

const NAMES = {
  "select[name^=_filter_column]": "Column to filter by",
  "select[name^=_filter_op]": "How to compare",
  "input[name^=_filter_value]": "Value to compare with",
  "select[name=_sort]": "Sort by",
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

// On a telephone the rows come first: the form of filters is folded away like the facets.
function fold() {
  const form = document.querySelector("form.filters");
  if (!form || !matchMedia("(max-width: 576px)").matches) return;
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "Search and filter";
  details.className = "filters-fold";
  form.before(details);
  details.append(summary, form);
}

fold();

// What scrolls can be scrolled by keys.
for (const element of document.querySelectorAll("dl.column-descriptions, .table-wrapper, pre.wrapped-sql")) {
  element.tabIndex = 0;
}
