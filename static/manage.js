// Ticks all feeds under a heading of the list that the owner manages, or none where all are ticked.
for (const button of document.querySelectorAll("[data-tick]")) {
  button.addEventListener("click", () => {
    const boxes = [...button.closest("[data-group]").querySelectorAll(".pick input")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}
