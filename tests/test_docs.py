"""The reference pages are generated from the code, and datasette.yml from metadata.yml, and say what these say now."""

import pytest

from docs.generate import pages


@pytest.mark.parametrize("path, text", pages().items(), ids=lambda value: getattr(value, "name", ""))
def test_a_reference_is_up_to_date(path, text) -> None:  # type: ignore[no-untyped-def]
    assert path.read_text(encoding="utf-8") == text, "run: make docs"
