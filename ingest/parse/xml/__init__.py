"""Our own reader of RSS, Atom and RDF: a tree by lxml, elements by standard names, what they mean. Imports base."""
