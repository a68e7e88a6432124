// How far a job is, asked for each second until it is done; what is new alone is read out.
"use strict";
(async () => {
  const one = (selector, within = document) => within.querySelector(selector);
  const status = one("[data-job]");
  if (!status) return;
  one("[data-again]").hidden = true;
  const toFeed = one("[data-feed]");
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
    for (const line of job.lines.slice(lines.children.length)) {
      lines.append(said(line));
    }
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
    }
    item.append(text);
    return item;
  }
  function finish(job) {
    if (job.choices) return location.reload();
    says.textContent = job.failed ? "That did not work." : "Done.";
    bar.remove();
    if (job.feed) toFeed.firstElementChild.href = toFeed.dataset.feed + job.feed;
    toFeed.hidden = !job.feed;
    const retry = one("[data-retry]");
    if (retry) retry.hidden = !job.failed;
  }
})();
