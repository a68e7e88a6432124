"""The reading room: which address shows what, made by which function of ingest.pages, in which template."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from datasette import Response, hookimpl
from datasette.views.index import IndexView
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from ingest.base import opml
from ingest.base.clock import horizon, now
from ingest.pages import cite, feeds_out, home
from ingest.pages.author_or_tag import AuthorOrTag, Named, count_named, find_by_name, find_named
from ingest.pages.entry import EntryRow, load_entry, load_entry_page, load_linked, load_names, load_related
from ingest.pages.entry_html import Body, body
from ingest.pages.feed import load_feed, load_feed_page, load_subscriptions, load_texts, summarise
from ingest.pages.history import load_earlier, load_history
from ingest.pages.json_ld import json_ld
from ingest.pages.listing import (
    Listing,
    Scope,
    before,
    filters_of,
    is_cursor,
    is_period,
    list_entries,
    listing_sql,
    of_feed,
)
from ingest.pages.navigation import Site, Way, site
from ingest.pages.pictures import without_pictures
from ingest.web.access import (
    ask,
    find_archive,
    find_others,
    may_read,
    may_run_sql,
    missing,
    readable_archive,
    shows_pictures,
)
from ingest.web.optional_parts import OptionalParts

Variables = dict[str, Any]
View = Callable[..., Awaitable[Response]]
_LISTS = {"entry": "entries", "feed": "feed_overview", "author": "prolific_authors", "tag": "tags_by_use"}
FULL_TEXTS, TITLES = 10, 50  # entries on a page
COUNTS = "how many there are by time, and whose, about what and with links to where they are"
LONG = 1000  # words, from which on a text has a table of contents


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Our templates are found without --template-dir too, and others' of the same name come before them."""
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(Path(__file__).parent.parent / "templates")])


@hookimpl
def extra_template_vars(
    template: str | None, datasette: Any, request: Any
) -> Callable[[], Awaitable[Variables]] | Variables:
    """For every template of ours: `site`, the name of the archive and where to go; `pictures`, whether to load any."""
    if not (template or "").startswith("feedsette/"):
        return {}

    async def variables() -> Variables:
        actor = request.actor if request else None
        place = await _site(datasette, actor, closed=template == "feedsette/sign_in.html")
        return {"site": place, "pictures": shows_pictures(datasette)}

    return variables


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, View]]:
    routes: list[tuple[str, View]] = [
        (r"^/(?P<format>)$", home_page),
        (r"^/feed/(?P<id>\d{1,18})$", feed_page),
        (r"^/(?P<kind>feed|author|tag)/(?P<id>\d{1,18})/(?P<form>atom|json)$", document),
        (r"^/feeds\.opml$", feeds_opml),
        (r"^/entry/(?P<id>\d{1,18})$", entry_page),
        (r"^/entry/(?P<id>\d{1,18})\.(?P<form>bib|ris|csl\.json)$", citation),
        (r"^/entry/(?P<id>\d{1,18})/history$", history_page),
        (r"^/entry/(?P<id>\d{1,18})/version/(?P<revision>\d{1,18})$", version_page),
        (r"^/(?P<kind>author|tag)/(?P<id>\d{1,18})$", named_page),
    ]
    return routes


@hookimpl(specname="register_routes", trylast=True)
def routes_to_nothing(datasette: Any) -> list[tuple[str, View]]:
    # A database of such a name keeps its pages.
    kinds = "|".join(kind for kind in _LISTS if kind not in datasette.databases)
    return [(rf"^/(?P<kind>{kinds})(?:/(?P<asked>.*[^/]))?$", unknown)] if kinds else []


async def home_page(datasette: Any, request: Any) -> Response:
    """Home; Datasette's own where there is no archive."""
    if await find_archive(datasette) is None:
        return await IndexView(datasette).get(request)
    archive = await readable_archive(datasette, request.actor)
    news = await ask(archive, home.news, now())
    optional = OptionalParts(archive)
    variables = {
        "news": news,
        "lines": await optional.ask("the feeds", home.newest_feeds, news.horizon),
        "held": await optional.remember(
            "how much there is, and when it was published", home.holdings, news.horizon
        ),
        "filters": urlencode(home.filters(news)),
        "left_out": optional.left_out,
    }
    return await _page(datasette, request, "home", variables)


async def feed_page(datasette: Any, request: Any) -> Response:
    """A feed, with its entries in full or, with ?view=titles, by title."""
    archive = await readable_archive(datasette, request.actor)
    id = int(request.url_vars["id"])
    page = await ask(archive, load_feed_page, id, now())
    if page is None:
        return await missing(datasette, request, "feed")
    listed = await _listed(datasette, archive, request, of_feed(id))
    optional = OptionalParts(archive)
    summary = await optional.remember(COUNTS, summarise, id, horizon(now()))
    variables = {"page": page, "feed": page.feed, "summary": summary, "left_out": optional.left_out, **listed}
    return await _page(datasette, request, "feed", variables)


async def named_page(datasette: Any, request: Any) -> Response:
    """An author or a tag, with its entries by title or, with ?view=full, in full."""
    archive = await readable_archive(datasette, request.actor)
    kind: AuthorOrTag = request.url_vars["kind"]
    named = await ask(archive, find_named, kind, int(request.url_vars["id"]))
    if named is None:
        return await missing(datasette, request, kind)
    listed = await _listed(datasette, archive, request, named.scope, full=False)
    optional = OptionalParts(archive)
    counts = await optional.remember(COUNTS, count_named, kind, named.id, horizon(now()))
    variables = {"named": named, "counts": counts, "left_out": optional.left_out, **listed}
    return await _page(datasette, request, "named", variables)


async def _listed(datasette: Any, archive: Any, request: Any, scope: Scope, full: bool = True) -> Variables:
    """A page of entries as the address asks for it, and the addresses of the pages beside it."""
    view, period, cursor = (request.args.get(name) for name in ("view", "period", "after"))
    notes = []
    if period and not is_period(period):
        notes.append(f"“{period[:40]}” is no year, month or day. These are all entries.")
        period = None
    if (cursor and not is_cursor(cursor)) or request.args.get("page"):
        notes.append("There is no such page. This is where the list begins.")
    full = view == "full" or (full and view != "titles")
    limit = FULL_TEXTS if full else TITLES

    def question(connection: Any) -> tuple[Listing, dict[int, str]]:
        listing = list_entries(connection, scope, limit=limit, period=period, cursor=cursor)
        texts = load_texts(connection, (item.id for item in listing.items)) if full else {}
        return listing, texts

    listing, texts = await ask(archive, question)

    if listing.beyond and listing.items:
        notes.append("There is nothing beyond this page, the last one.")

    def address(**changes: str | None) -> str:
        kept = {"view": view, "period": period, **changes}
        return "?" + urlencode({name: value for name, value in kept.items() if value})

    return {
        "listing": listing,
        "notes": notes,
        "sql": listing_sql(scope, listing, period),
        "filters": urlencode(filters_of(listing, period)),
        "of_period": urlencode({"date__gte": period, "date__lt": f"{period}~"} if period else {}),
        "texts": {id: Markup(_body(datasette, html, f"s{id}-", top=4).html) for id, html in texts.items()},
        "full": full,
        "period": period,
        "newer": address(after=listing.newer) if listing.newer else None,
        "older": address(after=listing.older) if listing.older else None,
        "address": address,
    }


async def document(datasette: Any, request: Any) -> Response:
    """The newest entries of a feed, author or tag as Atom or JSON Feed."""
    archive = await readable_archive(datasette, request.actor)
    kind, id = request.url_vars["kind"], int(request.url_vars["id"])

    def question(connection: Any) -> Any:
        named = load_feed(connection, id) if kind == "feed" else find_named(connection, kind, id)
        if named is None:
            return None
        scope = before(horizon(now()), named.scope if isinstance(named, Named) else of_feed(id))
        items = list_entries(connection, scope, limit=feeds_out.MOST_PUBLISHED).items
        texts = load_texts(connection, (item.id for item in items), feeds_out.LONGEST_PUBLISHED_HTML)
        return feeds_out.load_origin(connection), named.name, items, texts

    answer = await ask(archive, question)
    if answer is None:
        return await missing(datasette, request, kind)
    origin, title, items, texts = answer

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    form, name = request.url_vars["form"], f"{kind}/{id}"
    addresses = absolute(f"/{name}/{form}"), absolute(f"/{name}"), absolute("/entry/")
    source = feeds_out.Source(origin, name, title, *addresses)
    if form == "json":
        listed = feeds_out.json_feed(source, items, texts)
        return Response(listed, content_type="application/feed+json; charset=utf-8")
    atom = feeds_out.atom(source, items, texts)
    return Response(atom, content_type="application/atom+xml; charset=utf-8")


async def feeds_opml(datasette: Any, request: Any) -> Response:
    """The feeds as OPML; with ?feed=ID that one alone."""
    archive = await readable_archive(datasette, request.actor)
    wanted = request.args.get("feed")
    if wanted and not re.fullmatch(r"[0-9]{1,18}", wanted):
        return await missing(datasette, request, "feed", wanted)
    feeds = await ask(archive, load_subscriptions, int(wanted) if wanted else None)
    if wanted and not feeds:
        return await missing(datasette, request, "feed", wanted)
    title = (await _site(datasette, request.actor)).title
    headers = {"content-disposition": 'attachment; filename="feeds.opml"'}
    return Response(opml.write(feeds, title), content_type="text/x-opml; charset=utf-8", headers=headers)


def _body(datasette: Any, html: str, prefix: str, top: int = 2) -> Body:
    return body(html if shows_pictures(datasette) else without_pictures(html), prefix, top)


async def entry_page(datasette: Any, request: Any) -> Response:
    """An entry, as it reads best."""
    archive = await readable_archive(datasette, request.actor)
    page = await ask(archive, load_entry_page, int(request.url_vars["id"]))
    if page is None:
        return await missing(datasette, request, "entry")
    entry, optional = page.entry, OptionalParts(archive)
    shown = _body(datasette, entry.html, f"s{entry.id}-")
    address = str(datasette.absolute_url(request, datasette.urls.path(f"/entry/{entry.id}")))
    variables = {
        "page": page,
        "entry": entry,
        "linked": await optional.ask("what links here, and what it links to", load_linked, entry.id),
        "related": await optional.ask("related entries", load_related, entry.id),
        "left_out": optional.left_out,
        "html": Markup(shown.html),
        "headings": shown.headings if entry.words >= LONG and len(shown.headings) > 2 else (),
        "json_ld": Markup(json_ld(entry, _cited(entry, page.authors), address)),
        "page_url": address,
        "bibtex": cite.bibtex(entry, _cited(entry, page.authors), now()),
    }
    return await _page(datasette, request, "entry", variables)


async def citation(datasette: Any, request: Any) -> Response:
    """An entry as BibTeX, RIS or CSL-JSON."""
    archive = await readable_archive(datasette, request.actor)
    id, form = int(request.url_vars["id"]), request.url_vars["form"]
    entry = await ask(archive, load_entry, id)
    if entry is None:
        return await missing(datasette, request, "entry")
    authors = _cited(entry, await ask(archive, load_names, "author", id))
    write, content_type = {
        "bib": (cite.bibtex, "application/x-bibtex"),
        "ris": (cite.ris, "application/x-research-info-systems"),
        "csl.json": (cite.csl, "application/vnd.citationstyles.csl+json"),
    }[form]
    headers = {"content-disposition": f'attachment; filename="entry-{id}.{form}"'}
    text = write(entry, authors, now())
    return Response(text, content_type=f"{content_type}; charset=utf-8", headers=headers)


def _cited(entry: EntryRow, authors: Any) -> list[str]:
    return [author.name for author in authors] or ([entry.author] if entry.author else [])


async def history_page(datasette: Any, request: Any) -> Response:
    """What an entry said before it was edited."""
    archive = await readable_archive(datasette, request.actor)
    history = await ask(archive, load_history, int(request.url_vars["id"]))
    if history is None:
        return await missing(datasette, request, "entry")
    return await _page(datasette, request, "history", {"history": history, "entry": history.entry})


async def version_page(datasette: Any, request: Any) -> Response:
    """An earlier version of an entry, to be read."""
    archive = await readable_archive(datasette, request.actor)
    id, revision = int(request.url_vars["id"]), int(request.url_vars["revision"])
    version = await ask(archive, load_earlier, id, revision)
    if version is None:
        return await missing(datasette, request, "version")
    html = Markup(_body(datasette, version.html, f"v{revision}-").html)
    variables = {"version": version, "entry": version.entry, "revision": revision, "html": html}
    return await _page(datasette, request, "version", variables)


async def unknown(datasette: Any, request: Any) -> Response:
    """A feed, author or tag by its name, the list of them all, or what is not there."""
    archive = await readable_archive(datasette, request.actor)
    kind, asked = request.url_vars["kind"], unquote(request.url_vars["asked"] or "").strip()
    if not asked:
        return Response.redirect(f"{datasette.urls.database(archive.name)}/{_LISTS[kind]}")
    id = None if kind == "entry" else await ask(archive, find_by_name, kind, asked)
    if id is not None:
        return Response.redirect(datasette.urls.path(f"/{kind}/{id}"))
    return await missing(datasette, request, "page" if re.match(r"\d+(?:/|\.[a-z])", asked) else kind, asked)


async def _page(datasette: Any, request: Any, name: str, variables: Variables, status: int = 200) -> Response:
    html = await datasette.render_template(f"feedsette/{name}.html", variables, request=request)
    return Response.html(html, status=status)


async def _site(datasette: Any, actor: dict[str, Any] | None, closed: bool = False) -> Site:
    """`closed` is for pages that are shown to whoever may not read the archive: these do not tell its name."""
    database = await find_archive(datasette)
    name = database.name if database else None
    if closed and name and not await may_read(datasette, actor, name):
        return site({}, None, str(datasette.urls.instance()), datasette.urls.path)
    if hasattr(datasette, "get_instance_metadata"):  # Datasette 1.0
        metadata = await datasette.get_instance_metadata()
    else:
        metadata = datasette.metadata()
    urls = datasette.urls
    if name is None:
        return site(metadata, None, str(urls.instance()), urls.path, sql=False)
    sql = await may_run_sql(datasette, actor, name)
    others = [
        Way(f"Database {other}", str(urls.database(other)))
        for other in await find_others(datasette, actor, name)
    ]
    return site(metadata, name, str(urls.database(name)), urls.path, sql, others)
