"""Players and embedded posts of other sites, as links to the pages that show them. Imports base, html_writer."""
