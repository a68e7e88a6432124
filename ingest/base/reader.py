"""The version of the reading: of what `parse` and `clean` make of a document.

It is raised with each change that makes them read a document otherwise. What a stored document says is then read
again (`feedsette reparse`), and an entry's first reading that differs is no edit of its publisher's.
"""

READER = 1
FIRST_READER = 1  # of what was stored before documents were kept
