"""Documents: their bytes at /document/12, and what pages of entries and feeds say of them."""

import asyncio
import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.web import sql_executor
from ingest.web.server.serve import password_settings
from tests.ingest.archive.file.test_old_archives import restored
from tests.ingest.pages.kept import (
    AT,
    BEFORE,
    BODIES,
    DURING,
    FORMER,
    PRESENT,
    PRUNED,
    READING,
    archive_of_documents,
)
from tests.plugins.serving import serve, serve_as_the_command_does

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZE = sum(len(body) for number, body in BODIES.items() if number != PRUNED)
CLOSED = {"databases": {"archive": {"tables": {"documents": {"allow": False}}}}}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive_of_documents(tmp_path_factory.mktemp("kept") / "archive.db")


@pytest.fixture
async def site(kept: Path) -> Datasette:
    return await serve(kept)


def digest(number: int) -> str:
    return hashlib.sha256(BODIES[number]).hexdigest()


async def get(site: Datasette, path: str, status: int = 200, **more: Any) -> Any:
    answer = await site.client.get(path, **more)
    assert answer.status_code == status, answer.text
    return answer


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize(("number", "ending"), [(1, "xml"), (2, "txt"), (3, "json")])
async def test_a_document_is_given_byte_for_byte_to_be_saved(
    site: Datasette, number: int, ending: str
) -> None:
    answer = await get(site, f"/document/{number}")
    assert answer.content == BODIES[number]
    headers = answer.headers
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["content-disposition"] == f'attachment; filename="ebb-flow-{number}.{ending}"'
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "sandbox" in headers["content-security-policy"]
    assert headers["content-length"] == str(len(BODIES[number]))


async def test_a_copy_of_it_is_the_browsers_own_and_asked_for_again_by_its_digest(site: Datasette) -> None:
    first = await get(site, "/document/1")
    assert first.headers["etag"] == f'"{digest(1)}"'
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (f'"{digest(1)}"', f'"other", W/"{digest(1)}"'):
        again = await get(site, "/document/1", 304, headers={"if-none-match": known})
        assert again.content == b"" and again.headers["etag"] == first.headers["etag"]
    assert (await get(site, "/document/2", headers={"if-none-match": first.headers["etag"]})).content


async def test_of_a_document_whose_bytes_are_missing_a_page_says_what_is_known(site: Datasette) -> None:
    answer = await get(site, f"/document/{PRUNED}", 410)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "attachment" not in answer.headers.get("content-disposition", "")
    said = words(answer.text)
    assert digest(PRUNED) in said and "1 Apr 2026, 10:30 UTC" in said and "tides.json" in said
    assert "not kept" in said
    assert 'href="/archive/documents/4"' in answer.text


@pytest.mark.parametrize("path", ["/document/99", "/document/x", "/document/1/2", "/document/" + "9" * 40])
async def test_what_is_no_document_is_not_found(site: Datasette, path: str) -> None:
    assert "There is no such" in (await get(site, path, 404)).text


async def test_without_a_number_the_address_leads_to_the_table(site: Datasette) -> None:
    assert (await get(site, "/document", 302)).headers["location"] == "/archive/documents"


async def test_to_whom_the_archive_is_closed_its_documents_are_too(kept: Path) -> None:
    closed = await serve(kept, permissions={"databases": {"archive": {"allow": {"id": "root"}}}})
    await get(closed, "/document/1", 403)
    owner = {"ds_actor": closed.sign({"a": {"id": "root"}}, "actor")}
    assert (await get(closed, "/document/1", cookies=owner)).content == BODIES[1]


async def test_in_a_private_archive_with_a_password_the_owner_alone_has_them(
    kept: Path, tmp_path: Path
) -> None:
    pytest.importorskip("datasette_auth_passwords", reason="datasette-auth-passwords is not installed")
    own = password_settings("sesame", tmp_path) | {"allow": {"id": "owner"}}
    private = await serve_as_the_command_does(kept, tmp_path, own)
    await get(private, "/document/1", 403)
    cookies = {"ds_actor": private.sign({"a": {"id": "owner"}}, "actor")}
    answer = await get(private, "/document/1", cookies=cookies)
    assert answer.content == BODIES[1] and "private" in answer.headers["cache-control"]


async def test_where_their_table_alone_is_closed_pages_go_on_without_documents(kept: Path) -> None:
    closed = await serve(kept, permissions=CLOSED)
    await get(closed, "/document/1", 403)
    for path in (f"/entry/{PRESENT}", f"/entry/{PRESENT}/history", "/feed/1"):
        page = (await get(closed, path)).text
        assert digest(3) not in page and "/document/" not in page and "ocuments</h2>" not in page


async def test_one_large_document_at_a_time_is_in_memory(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[object] = []
    acquire = sql_executor.RequestWork.acquire_large_answer

    def counted(work: sql_executor.RequestWork) -> None:
        taken.append(work)
        acquire(work)

    monkeypatch.setattr(sql_executor.RequestWork, "acquire_large_answer", counted)
    monkeypatch.setattr(sql_executor.limits, "LARGE", len(BODIES[1]) - 1)
    answers = await asyncio.gather(*(get(site, "/document/1") for _ in range(3)))
    assert [answer.content for answer in answers] == [BODIES[1]] * 3
    assert len(set(taken)) == 3


async def test_where_the_folder_is_gone_only_the_documents_are(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "archive.db")
    alone = await serve(tmp_path / "archive.db")
    assert digest(1) in words((await get(alone, "/document/1", 410)).text)
    assert digest(3) in (await get(alone, f"/entry/{PRESENT}/history")).text


async def test_the_history_says_for_each_version_when_it_was_received_and_leads_to_its_document(
    site: Datasette,
) -> None:
    page = (await get(site, f"/entry/{PRESENT}/history")).text
    said = words(page)
    present, former, oldest = re.split(r"Version 2|First version", said)
    assert f"10:30 UTC 5 words document 3 SHA-256 {digest(3)} {len(BODIES[3])} bytes" in present
    assert f"last in document 4 received 1 Apr 2026, 10:30 UTC SHA-256 {digest(4)} bytes not kept" in present
    assert "received 1 Jan 2026, 10:30 UTC replaced 1 Mar 2026, 10:30 UTC" in former
    assert f"document 1 SHA-256 {digest(1)} {len(BODIES[1])} bytes" in former
    assert f"last in document 2 received 1 Feb 2026, 10:30 UTC SHA-256 {digest(2)}" in former
    assert "Its document was not kept." in oldest
    assert "Feedsette has not always kept them" in oldest
    for number in (1, 2, 3):
        assert f'href="/document/{number}"' in page and f'href="/archive/documents/{number}"' in page


async def test_of_an_entry_from_before_the_first_document_that_was_kept_is_named(site: Datasette) -> None:
    said = words((await get(site, f"/entry/{DURING}/history")).text)
    assert "Its document of that time was not kept." in said
    assert f"first kept: document 1 received 1 Jan 2026, 10:30 UTC SHA-256 {digest(1)}" in said
    said = words((await get(site, f"/entry/{BEFORE}/history")).text)
    assert "Its document was not kept." in said and "SHA-256" not in said


async def test_a_former_reading_is_one_quiet_line_and_no_edit(site: Datasette) -> None:
    page = (await get(site, f"/entry/{PRESENT}/history")).text
    assert "Read otherwise by an earlier version of Feedsette: 1 former text, read it" in words(page)
    assert page.count('class="version"') == 3
    assert page.count(f'href="/entry/{PRESENT}/version/{READING}"') == 1
    assert "harbour master" not in page
    read = words((await get(site, f"/entry/{PRESENT}/version/{READING}")).text)
    assert "an earlier version of Feedsette read in the same document: its publisher edited nothing" in read
    assert "harbour master" in read and digest(3) in read
    earlier = words((await get(site, f"/entry/{PRESENT}/version/{FORMER}")).text)
    assert "This is an earlier version." in earlier and digest(1) in earlier


async def test_each_earlier_version_leads_to_its_text_and_the_first_shows_how_it_began(
    site: Datasette,
) -> None:
    page = (await get(site, f"/entry/{PRESENT}/history")).text
    assert words(page).count("read this version") == 2  # of the two earlier ones
    assert "Title: Entry 3 The tide stood." in words(page)
    assert "The tide was out." not in words((await get(site, f"/entry/{BEFORE}/history")).text)


async def test_an_entry_leads_to_its_document_and_its_history(site: Datasette) -> None:
    page = (await get(site, f"/entry/{DURING}")).text
    assert ">Document</h2>" in page and "received 1 Jan 2026, 10:30 UTC SHA-256" in words(page)
    assert 'href="/document/1"' in page and digest(1) in page
    assert f'href="/entry/{DURING}/history"' in page
    assert "/document/" not in (await get(site, f"/entry/{BEFORE}")).text


async def test_a_feed_says_how_many_documents_are_kept_and_how_large(site: Datasette) -> None:
    page = (await get(site, "/feed/1")).text
    assert re.search(rf"Received 4 Kept 3 Size {SIZE} bytes, \S+ \w+ on disk Since 1 Jan 2026", words(page))
    assert 'href="/archive/documents_of_feed?feed=1"' in page
    assert 'href="/archive/documents?_sort_desc=id&amp;feed=1"' in page


async def test_a_feed_says_how_many_documents_are_missing(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "archive.db")
    page = (await get(await serve(tmp_path / "archive.db"), "/feed/1")).text
    assert "Kept none, 3 missing" in words(page)


async def test_what_a_document_brought_counts_versions_that_were_edited_since(
    kept: Path, metadata: dict[str, Any]
) -> None:
    sql = metadata["databases"]["archive"]["queries"]["documents_of_feed"]["sql"]
    db = Database(kept)
    brought = {row["document"]: row["entries"] for row in db.query(sql, {"feed": "1", "page": ""})}
    db.close()
    assert brought == {1: 2, 2: 0, 3: 1, 4: 0}  # the first said DURING, and FORMER of PRESENT


async def test_the_documents_are_two_ways_from_home(site: Datasette, kept: Path, tmp_path: Path) -> None:
    assert 'href="/health"' in (await get(site, "/")).text
    assert 'href="/archive/documents_of_feed"' in (await get(site, "/health")).text
    closed = await serve(kept, permissions=CLOSED)
    assert "documents_of_feed" not in (await get(closed, "/health")).text


async def test_the_table_of_documents_shows_what_fits_unless_all_is_asked_for(site: Datasette) -> None:
    assert 'class="col-url' not in (await get(site, "/archive/documents")).text
    for path in ("/archive/documents?_columns=all", "/archive/documents?_col=url", "/archive/documents/1"):
        assert 'class="col-url' in (await get(site, path)).text


async def test_what_is_cut_short_by_styles_is_there_as_a_whole(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept.parent, tmp_path / "copy")
    why = 'It begins like a feed, but holds "none" of the elements of one.'
    db = Database(tmp_path / "copy" / "archive.db")
    with db.conn:
        db.execute("UPDATE documents SET error = ? WHERE id = 2", [why])
    db.close()
    site = await serve(tmp_path / "copy" / "archive.db")
    for path in ("/archive/documents", "/archive/documents/2"):
        page = (await get(site, path)).text
        assert f'<code class="digest" title="{digest(2)}">{digest(2)}</code>' in page
        quoted = why.replace('"', "&#34;")
        assert f'<span class="clamped" title="{quoted}">{quoted}</span>' in page
    rows = (await get(site, "/archive/documents.json?_shape=array&id=2")).json()
    assert (rows[0]["sha256"], rows[0]["error"]) == (digest(2), why)


async def test_a_document_of_a_deleted_feed_is_still_given(
    kept: Path, tmp_path: Path, metadata: dict[str, Any]
) -> None:
    shutil.copytree(kept.parent, tmp_path / "copy")
    db = Database(tmp_path / "copy" / "archive.db")
    db.execute("PRAGMA writable_schema = ON")
    schema = (
        "UPDATE sqlite_master SET sql = replace(sql, 'feed INTEGER NOT NULL', 'feed INTEGER') WHERE name = ?"
    )
    db.execute(schema, ["documents"])
    db.conn.commit()
    db.close()
    db = Database(tmp_path / "copy" / "archive.db")
    with db.conn:
        db.execute("UPDATE documents SET feed = NULL WHERE id <> 3")
    sql = metadata["databases"]["archive"]["queries"]["documents_of_feed"]["sql"]
    for feed, found in (("", [4, 3, 2, 1]), ("1", [3])):
        assert [row["document"] for row in db.query(sql, {"feed": feed, "page": ""})] == found
    db.close()
    site = await serve(tmp_path / "copy" / "archive.db")
    assert (await get(site, "/document/1")).content == BODIES[1]
    assert "Of a feed that was deleted" in words((await get(site, f"/document/{PRUNED}", 410)).text)
    assert digest(1) in (await get(site, f"/entry/{DURING}/history")).text


async def test_tables_lead_to_the_row_of_a_document_and_to_its_bytes(site: Datasette) -> None:
    page = (await get(site, "/archive/documents")).text
    assert f'<a href="/document/1">{len(BODIES[1])}</a>' in page and digest(1) in page
    assert '<a href="/archive/documents/3">3</a>' in (await get(site, f"/archive/revisions/{READING}")).text
    assert '<a href="/archive/documents/2">2</a>' in (await get(site, "/archive/revisions")).text
    query = "/archive?sql=select+2+as+document,+7+as+bytes"
    page = (await get(site, query, follow_redirects=True)).text
    assert '<a href="/archive/documents/2">2</a>' in page and '<a href="/document/2">7</a>' in page


async def test_in_another_archive_beside_it_documents_lead_to_their_rows(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "second.db")
    site = await serve(kept)
    from datasette.database import Database as Served

    site.add_database(Served(site, path=str(tmp_path / "second.db"), is_mutable=True), name="second")
    page = (await get(site, "/second/documents")).text
    assert 'href="/second/documents/1"' in page and 'href="/document/' not in page


@pytest.mark.parametrize("odd", [None, "no digest", "\r\nx: y", b"\xff", -1, "../archive.db", "a\0b"])
async def test_a_row_that_another_program_wrote_fails_nothing(
    kept: Path, tmp_path: Path, odd: object
) -> None:
    shutil.copytree(kept.parent, tmp_path / "copy")
    db = Database(tmp_path / "copy" / "archive.db")
    with db.conn:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for column in ("at", "bytes", "content_type", "came", "name", "error", "offset"):
            value = odd if odd is not None or column not in ("at", "bytes", "came") else "x"
            db.execute(f"UPDATE documents SET {column} = ?", [value])  # noqa: S608
        if odd is not None:
            db.execute("UPDATE documents SET sha256 = ? WHERE id = 4", [odd])
    db.close()
    site = await serve(tmp_path / "copy" / "archive.db")
    for path in ("/document/4", "/document/1", "/feed/1", f"/entry/{PRESENT}/history", f"/entry/{PRESENT}"):
        answer = await site.client.get(path)
        assert answer.status_code in (200, 410), answer.text
        assert "x: y" not in str(answer.headers)


@pytest.mark.parametrize("schema", [12, 13])
async def test_an_archive_of_a_release_that_kept_no_documents_is_shown_without(
    tmp_path: Path, schema: int
) -> None:
    site = await serve(restored(schema, tmp_path / "archive.db"))
    for path in (
        "/",
        "/feed/1",
        "/entry/1",
        "/entry/1/history",
        "/health",
        "/search?q=the",
        "/search?q=is:edited",
    ):
        page = (await get(site, path)).text
        assert "/document/" not in page and "not kept" not in page
    await get(site, "/document/1", 404)


async def test_names_of_versions_are_when_they_were_received(site: Datasette) -> None:
    page = (await get(site, f"/entry/{PRESENT}/history")).text
    assert f'datetime="{AT[3]}"' in page
