"""Compares all that one checkout shows and stores with what another one does, before and after a change.

    python -m tests.compare_pages record CHECKOUT PYTHON OUT [--archive FILE] [--documents PATH]
    python -m tests.compare_pages diff OUT_BEFORE OUT_AFTER

It imports nothing of the package but runs `python -m ingest` of the checkout, so that any can be recorded: the rows of
its sample archive, and of what it imports from documents; its commands; the pages, JSON, CSV and other exports of an
archive, as a guest, one who is shut out and the owner see them. What may differ although nothing changed is replaced
by a name (volatile.py); so both are to be recorded on the same day (UTC), with the same archive and limits.
"""
