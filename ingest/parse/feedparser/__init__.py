"""The tolerant reading by feedparser, of XML that is beyond repair or of a form that our reader does not know."""
