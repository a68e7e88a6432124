"""Untrusted HTML to safe HTML, text and links; formulas; what single sites need. Imports base."""
