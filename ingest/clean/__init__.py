"""From untrusted HTML to safe HTML, plain text and links; formulas; markup of single sites. Imports base."""
