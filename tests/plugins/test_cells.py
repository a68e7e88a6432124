from pathlib import Path

import pytest
from datasette.app import Datasette

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def reading(archive: Path) -> Datasette:
    site = Datasette([str(archive)], plugins_dir=str(ROOT / "plugins"), template_dir=str(ROOT / "templates"))
    await site.invoke_startup()
    return site


@pytest.mark.parametrize(
    "path", ["/archive/entries?id=1", "/archive?sql=select+id+as+entry,+title+from+entries+where+id=1"]
)
async def test_a_title_leads_to_its_entry(reading: Datasette, path: str) -> None:
    response = await reading.client.get(path, follow_redirects=True)
    assert 'href="/entry/1"' in response.text


async def test_a_title_that_is_no_entry_s_leads_nowhere(reading: Datasette) -> None:
    response = await reading.client.get(
        "/archive?sql=select+'x'+as+entry,+'<b>y'+as+title", follow_redirects=True
    )
    assert "/entry/x" not in response.text
    assert "<b>y" not in response.text
