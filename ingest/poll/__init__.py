"""When and how feeds are polled: schedule, outcome, update, watch, WebSub. Imports fetch, workers, archive, base."""
