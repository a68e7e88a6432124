// Names for what Datasette's own pages leave without one, for those who hear a page.

document.documentElement.lang ||= "en";

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

// What scrolls can be scrolled by keys.
for (const element of document.querySelectorAll("dl.column-descriptions, .table-wrapper, pre.wrapped-sql")) {
  element.tabIndex = 0;
}
