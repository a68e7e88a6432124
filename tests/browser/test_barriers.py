"""How barriers are looked for: what looks like what was looked at already is passed over, and nothing else."""

from typing import Any

import pytest

from tests.browser.conftest import barriers

PAGE = """<!doctype html><html lang="en"><head><title>Rows</title><style>
body {{ color: #000; background: #fff }} .faint {{ color: #ccc }} .dark {{ background: #111 }}
@media (prefers-color-scheme: dark) {{ .night {{ color: #eee }} }}
</style></head><body><main><h1>Rows</h1>{}</main></body></html>"""
GOOD = "<p>A row.</p>" * 20
FOUND_LATE = {
    "a colour of its own": '<p class="faint">Faint.</p>',
    "a colour in its style": '<p style="color: #ccc">Faint.</p>',
    "the ground around it": '<div class="dark"><p>Black on black.</p></div>',
    "that of a button": '<p><button style="color: #ccc; background: #fff">Faint</button></p>',
    "half seen through": '<div style="opacity: 0.3"><p>Faint.</p></div>',
    "behind some like it that are hidden": '<p class="faint" hidden>Row</p>' * 5
    + '<p class="faint">Faint.</p>',
    "behind some like it of a letter each": '<p class="faint">A</p>' * 5 + '<p class="faint">Faint.</p>',
    "within another": '<p><span class="faint">Faint.</span></p>',
}


def found(page: Any, rows: str) -> list[str]:
    page.set_content(PAGE.format(rows))
    return [name for name, _ in barriers(page)]


@pytest.mark.parametrize("rows", FOUND_LATE.values(), ids=list(FOUND_LATE))
def test_a_faint_text_is_found_after_many_others(page: Any, rows: str) -> None:
    assert found(page, GOOD + rows) == ["color-contrast"]


def test_of_texts_that_look_alike_the_first_tell_of_all(page: Any) -> None:
    assert found(page, GOOD) == []
    assert found(page, '<p class="faint">Faint.</p>' * 20) == ["color-contrast"]
    assert page.locator("[data-alike]").count() == 17


def test_a_colour_of_the_dark_is_looked_at_in_the_dark(page: Any) -> None:
    rows = GOOD + '<p class="night">A row.</p>'
    assert found(page, rows) == []
    page.emulate_media(color_scheme="dark")
    assert [name for name, _ in barriers(page)] == ["color-contrast"]
