"""The page for errors of Datasette, such as invalid SQL."""

from pathlib import Path

import pytest

from tests.plugins.serving import serve

SHORT = {"sql_time_limit_ms": 300}  # but long enough for all else that a page asks, on a busy machine
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_sql_that_is_none_is_there_to_be_mended(archive: Path) -> None:
    site = await serve(archive)
    page = await site.client.get("/archive?sql=selec+%3Aname+%3C+1&name=%22", follow_redirects=True)
    assert page.status_code == 400
    assert "Statement must be a SELECT" in page.text
    assert ">selec :name &lt; 1</textarea>" in page.text
    assert '<input type="hidden" name="name" value="&#34;">' in page.text
    assert "/static/feedsette.css" in page.text


async def test_programs_are_told_of_it_as_before(archive: Path) -> None:
    site = await serve(archive)
    answer = await site.client.get("/archive.json?sql=selec", follow_redirects=True)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False


async def test_what_is_answered_with_an_error_is_not_printed_with_its_variables(
    archive: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("rich", reason="rich is not installed, by which Datasette would do so")
    site = await serve(archive)
    assert (await site.client.get("/archive/nothing", cookies={"name": "secret"})).status_code == 404
    printed = capfd.readouterr()
    assert "secret" not in printed.out + printed.err and "Traceback" not in printed.out + printed.err


async def test_sql_that_takes_too_long_is_shown_once(archive: Path) -> None:
    site = await serve(archive, settings=SHORT)
    endless = "with+recursive+n(i)+as+(select+1+union+all+select+i+%2B+1+from+n)+select+count(*)+from+n"
    page = await site.client.get(f"/archive?sql={endless}", follow_redirects=True)
    assert page.status_code == 400
    assert page.text.count("<textarea") == 1
    assert "took too long" in page.text


@pytest.mark.parametrize("form", ["", ".json", ".csv"])
async def test_a_ready_query_that_takes_too_long_may_be_asked_for_again(archive: Path, form: str) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    queries = {"databases": {"archive": {"queries": {"endless": {"sql": endless}}}}}
    site = await serve(archive, permissions=queries, settings=SHORT)
    answer = await site.client.get(f"/archive/endless{form}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert "took too long" in answer.text
