"""Compares all that a checkout shows with what another one shows: pages, JSON, CSV, the commands, what is stored.

    python -m tests.compare_pages record CHECKOUT PYTHON OUT [--archive FILE] [--documents PATH]
    python -m tests.compare_pages diff OUT_BEFORE OUT_AFTER

It imports nothing of the package, so that it works on any checkout: it runs `python -m ingest` there.
"""
