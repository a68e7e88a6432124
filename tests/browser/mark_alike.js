// Of the texts that look alike, the first few: axe takes a thousandth of a second for the contrast of each, and it is
// the same for all whose own colours and fonts, and those of all around them, are the same. The texts of controls,
// which may be disabled, are all left to axe; so are odd ones. Single letters, which axe does not judge, and texts that
// take no room, as those for the ear alone, stand for none but their like.
() => {
  const STYLE = ["color", "backgroundColor", "backgroundImage", "opacity", "filter", "fontSize", "fontWeight",
    "fontStyle", "position", "textShadow", "textDecorationLine", "visibility"];
  const CONTROLS = "label, input, select, textarea, button, option, fieldset, [aria-disabled]";
  const EACH = 3;
  const numbers = new Map(), times = new Map(), numberOf = new WeakMap();

  function look(element) {
    const computed = getComputedStyle(element);
    const own = [element.tagName, element.getAttribute("class"), ...STYLE.map((name) => computed[name])];
    const all = [numberOf.get(element.parentElement), ...own].join("|");
    if (!numbers.has(all)) numbers.set(all, numbers.size);
    return numbers.get(all);
  }

  function kind(element) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = texts.map((node) => node.data).join("").trim();
    if (!/^[\p{L}\p{N}]$|[\p{L}\p{N}]{2}/u.test(text) || element.closest(CONTROLS)) return null;
    const { width, height } = element.getBoundingClientRect();
    return `${text.length > 1} ${width > 3 && height > 3}`;
  }

  for (const element of document.querySelectorAll("*")) {
    element.removeAttribute("data-alike");
    numberOf.set(element, look(element));
    const one = kind(element);
    if (one === null) continue;
    const group = `${numberOf.get(element)} ${one}`;
    times.set(group, (times.get(group) || 0) + 1);
    if (times.get(group) > EACH) element.dataset.alike = "";
  }
  axe.configure({ rules: [{ id: "color-contrast", selector: ":not([data-alike])" }] });
}
