"""What our pages show, as values: each module is a page or a part of several. SQL in, frozen dataclasses out.

A connection may hand out rows as tuples or as sqlite3.Row: they are taken apart by position. All texts are plain and
still to be escaped, but for what is called html. Imports search, archive, base.
"""
