"""The command; the only place that knows click."""
