// How far a job is, asked for each second until it is done; what is new alone is read out.
"use strict";
(async () => {
  const one = (selector, within = document) => within.querySelector(selector);
  const status = one("[data-job]");
  if (!status) return;
  one("[data-again]").hidden = true;
  const toFeed = one("[data-feed]");
  let shown = Number(status.dataset.lines);
  const [says, bar, lines] = ["p", "progress", "ul"].map((name) => one(name, status));
  for (;;) {
    await new Promise((wake) => { setTimeout(wake, 1000); });
    let job;
    try {
      const answer = await fetch(status.dataset.job);
      if (!answer.ok) throw new Error(answer.statusText);
      job = await answer.json();
    } catch {
      says.textContent = "The server does not answer.";
      one("[data-again]").hidden = false;
      return;
    }
    for (const line of job.lines.slice(shown)) lines.append(said(line));
    shown = job.lines.length;
    if (job.finished) return finish(job);
    if (!job.total) continue;
    bar.max = job.total;
    bar.value = job.done;
    says.textContent = `${job.done} of ${job.total}.`;
  }
  function said({ text, feed, name }) {
    const item = document.createElement("li");
    item.dir = "auto";
    if (feed) {
      const link = document.createElement("a");
      link.href = toFeed.dataset.feed + feed;
      link.textContent = name;
      item.append(link, ": ");
    } else if (name) item.append(`${name}: `);
    item.append(text);
    return item;
  }
  function finish(job) {
    const texts = job.lines.filter((line) => line.name).map((line) => line.text);
    if (job.choices || new Set(texts).size < texts.length) return location.reload(); // said of several, it is said once
    says.textContent = job.failed ? "That did not work." : "Done.";
    bar.remove();
    if (job.feed) toFeed.firstElementChild.href = toFeed.dataset.feed + job.feed;
    toFeed.hidden = !job.feed;
    const retry = one("[data-retry]");
    if (retry) retry.hidden = !job.failed;
  }
})();
