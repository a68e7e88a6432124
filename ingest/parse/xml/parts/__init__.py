"""What an entry or feed says by several elements: authors, dates, tags, places, rights, sources. Imports the nodes."""
