"""The page for readers of what is embedded: the address of a player or a frame, to that of the page it plays. Pure.

A new site is a line: the address of its frame, without "https://" and "www.", and that of its page, in which {0} is the
first group of the pattern. The first line that matches counts.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote_plus, urlsplit

from ingest.base.urls import web_url

_ID = r"([\w-]+)"
_YOUTUBE = r"(?:m\.|music\.)?youtube(?:-nocookie)?\.com"

_PAGES: tuple[tuple[str, str], ...] = (
    # Films
    (
        rf"{_YOUTUBE}/embed/?(?:videoseries)?/?\?(?:.*&)?list={_ID}",
        "https://www.youtube.com/playlist?list={0}",
    ),
    (rf"{_YOUTUBE}/embed/live_stream\?(?:.*&)?channel={_ID}", "https://www.youtube.com/channel/{0}/live"),
    (
        rf"{_YOUTUBE}/(?:embed|v|e|shorts|live)/([\w-]{{11}})(?=[?&/]|$)",
        "https://www.youtube.com/watch?v={0}",
    ),
    (r"youtu\.be/([\w-]{11})(?=[?&/]|$)", "https://www.youtube.com/watch?v={0}"),
    (r"player\.vimeo\.com/video/([0-9]+)(?:/|\?(?:.*&)?h=)([0-9a-f]{3,})\b", "https://vimeo.com/{0}/{1}"),
    (r"player\.vimeo\.com/video/([0-9]+)", "https://vimeo.com/{0}"),
    (r"vimeo\.com/(event|showcase|album)/([0-9]+)/embed", "https://vimeo.com/{0}/{1}"),
    (rf"dailymotion\.com/embed/(video|playlist)/{_ID}", "https://www.dailymotion.com/{0}/{1}"),
    (
        rf"(?:geo\.)?dailymotion\.com/player.*[?&](video|playlist)={_ID}",
        "https://www.dailymotion.com/{0}/{1}",
    ),
    (r"player\.twitch\.tv/.*[?&]video=v?([0-9]+)", "https://www.twitch.tv/videos/{0}"),
    (r"player\.twitch\.tv/.*[?&]channel=(\w+)", "https://www.twitch.tv/{0}"),
    (rf"clips\.twitch\.tv/embed\?(?:.*&)?clip={_ID}", "https://clips.twitch.tv/{0}"),
    (r"tiktok\.com/(?:embed|player)/(?:v[0-9]/)?([0-9]+)", "https://www.tiktok.com/@/video/{0}"),
    (rf"([\w.-]+)/videos/embed/{_ID}", "https://{0}/videos/watch/{1}"),  # PeerTube
    (rf"([\w.-]+)/video-playlists/embed/{_ID}", "https://{0}/w/p/{1}"),
    (r"archive\.org/embed/([\w.-]+)", "https://archive.org/details/{0}"),
    (rf"(?:video\.wordpress|videopress)\.com/embed/{_ID}", "https://videopress.com/v/{0}"),
    (r"loom\.com/embed/(\w+)", "https://www.loom.com/share/{0}"),
    (r"embed\.ted\.com/talks/([\w/]+)", "https://www.ted.com/talks/{0}"),
    (rf"players?\.bilibili\.com/.*[?&]bvid={_ID}", "https://www.bilibili.com/video/{0}"),
    (r"odysee\.com/\$/embed/([^?]+)", "https://odysee.com/{0}"),
    (rf"streamable\.com/[eos]/{_ID}", "https://streamable.com/{0}"),
    (r"media\.ccc\.de/v/([\w.-]+)/oembed", "https://media.ccc.de/v/{0}"),
    # Sound
    (
        r"open\.spotify\.com/embed(?:-podcast)?/((?:user/[^/?]+/)?(?:album|artist|episode|playlist|show|track)/\w+)",
        "https://open.spotify.com/{0}",
    ),
    (
        r"open\.spotify\.com/embed/?\?uri=spotify(?::|%3A)(\w+)(?::|%3A)(\w+)",
        "https://open.spotify.com/{0}/{1}",
    ),
    (r"embed\.(podcasts|music|books)\.apple\.com/(.+)", "https://{0}.apple.com/{1}"),
    (r"(?:widget\.deezer\.com|deezer\.com)/widget/\w+/(\w+)/([0-9]+)", "https://www.deezer.com/{0}/{1}"),
    (r"embed\.tidal\.com/(\w+)s/([\w-]+)", "https://tidal.com/browse/{0}/{1}"),
    # Maps
    (
        r"google\.[a-z.]+/maps/d/(?:u/[0-9]/)?embed\?(?:.*&)?mid=([\w.-]+)",
        "https://www.google.com/maps/d/viewer?mid={0}",
    ),
    (
        r"google\.[a-z.]+/maps/embed/v1/\w+\?(?:.*&)?(?:q|center|location)=([^&]+)",
        "https://www.google.com/maps/search/?api=1&query={0}",
    ),
    (
        r"google\.[a-z.]+/maps/embed\?.*!2d(-?[0-9.]+)!3d(-?[0-9.]+)",
        "https://www.google.com/maps/search/?api=1&query={1},{0}",
    ),
    (
        r"openstreetmap\.org/export/embed\.html\?(?:.*&)?marker=(-?[0-9.]+)(?:,|%2C)(-?[0-9.]+)",
        "https://www.openstreetmap.org/?mlat={0}&mlon={1}",
    ),
    (r"openstreetmap\.org/export/embed\.html\?(?:.*&)?(bbox=[^&]+)", "https://www.openstreetmap.org/?{0}"),
    # Programs
    (rf"codepen\.io/([\w-]+)/embed/(?:preview/)?{_ID}", "https://codepen.io/{0}/pen/{1}"),
    (r"jsfiddle\.net/((?:[\w-]+/)?[\w]{4,}(?:/[0-9]+)?)/embed(?:ded)?\b", "https://jsfiddle.net/{0}/"),
    (rf"codesandbox\.io/embed/{_ID}", "https://codesandbox.io/s/{0}"),
    (r"observablehq\.com/embed/([^?]+)", "https://observablehq.com/{0}"),
    (r"gist\.github\.com/([\w./-]+?)(?:\.js|\.pibb)(?:$|\?|#)", "https://gist.github.com/{0}"),
    (r"(gitlab\.[\w.]+/[\w./-]+/snippets/[0-9]+)\.js", "https://{0}"),
    (r"asciinema\.org/a/(\w+)(?:\.js|/iframe|/embed)", "https://asciinema.org/a/{0}"),
    # Posts
    (rf"instagram\.com/(?:[\w.]+/)?(p|reel|tv)/{_ID}", "https://www.instagram.com/{0}/{1}/"),
    (r"embed\.bsky\.app/embed/([^/?]+)/app\.bsky\.feed\.post/(\w+)", "https://bsky.app/profile/{0}/post/{1}"),
    (r"platform\.(?:twitter|x)\.com/.*[?&]id=([0-9]+)", "https://twitter.com/i/status/{0}"),
    (r"(?:embed\.reddit|redditmedia)\.com/(r/[^?]+)", "https://www.reddit.com/{0}"),
    (r"t\.me/(\w+/[0-9]+)\?(?:.*&)?embed=", "https://t.me/{0}"),
    (r"linkedin\.com/embed/feed/update/([\w:-]+)", "https://www.linkedin.com/feed/update/{0}"),
    (
        r"([\w.-]+(?::[0-9]+)?/(?:@[\w.-]+(?:@[\w.-]+)?|users/[\w.-]+/statuses)/[0-9]+)/embed",
        "https://{0}",
    ),  # Mastodon
    (r"([\w.-]+(?:/[^?#]+)?)/embed/?(?:\?[^#]*)?#\?secret=", "https://{0}/"),  # WordPress
    (rf"([\w.-]*substack\.com/(?:embed/)?p/{_ID})", "https://{0}"),
    # Charts
    (r"flo\.uri\.sh/(visualisation|story)/([0-9]+)", "https://public.flourish.studio/{0}/{1}/"),
    (r"e\.infogram\.com/([\w-]+)", "https://infogram.com/{0}"),
    (r"(datawrapper\.dwcdn\.net/\w+)/(?:[0-9]+/)?embed\.js", "https://{0}/"),
)
# Frames that say in a parameter what they show.
_PARAMETERS = (
    (re.compile(r"w\.soundcloud\.com/player"), "url", re.compile(r"https?://(?:m\.|on\.)?soundcloud\.com/")),
    (re.compile(r"facebook\.com/(?:v[0-9.]+/)?plugins/"), "href", re.compile(r"https?://")),
    (re.compile(r"twitframe\.com/show"), "url", re.compile(r"https?://")),
    (
        re.compile(r"player\.bbc\.|embedly\.com/widgets/media|cdn\.embedly\.com/"),
        "url",
        re.compile(r"https?://"),
    ),
    (re.compile(r"iframe\.ly/|cdn\.iframe\.ly/"), "url", re.compile(r"https?://")),
)
_TIME = re.compile(r"[?&#](?:amp;)?(?:start|t|time_continue)=([0-9]+(?:[hms][0-9hms]*)?)")
_PLACE = re.compile(r"google\.[a-z.]+/maps/embed\?.*?!2s([^!&]{1,400})")
_SCRIPTS = re.compile(
    r"gist\.github\.com/|gitlab\.[\w.]+/[\w./-]*snippets/|asciinema\.org/a/|jsfiddle\.net/|datawrapper\.dwcdn\.net/"
)


def page_of(url: str) -> str:
    """The page that shows what a frame shows, else the frame's own address."""
    bare = _bare(url)
    for pattern, parameter, wanted in _PARAMETERS:
        if pattern.match(bare) and (page := _parameter(url, parameter)) and wanted.match(page):
            return page
    for compiled, write in _COMPILED:
        if found := compiled.match(bare):
            return web_url(_timed(write(found), url)) or url
    return url


def script_page(url: str) -> str | None:
    """The page of what a script writes into the body, such as a gist; None of any other script."""
    page = page_of(url) if _SCRIPTS.match(_bare(url)) else url
    return page if page != url else None


def place_of(url: str) -> str:
    """The name of the place that an embedded map shows, where its address says it."""
    found = _PLACE.match(_bare(url))
    name = unquote_plus(found[1]) if found else ""
    return "" if re.fullmatch(r"0x[0-9a-f]+(?::0x[0-9a-f]+)?|[a-z]{2}(?:-[A-Z]{2})?", name) else name


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


def _parameter(url: str, name: str) -> str | None:
    try:
        values = parse_qs(urlsplit(url).query, max_num_fields=50)
    except ValueError:
        return None
    return web_url(values.get(name, [""])[0])


def _timed(page: str, url: str) -> str:
    """The page of a film, from where the player begins."""
    time = _TIME.search(url)
    if time is None or time[1] == "0":
        return page
    if page.startswith("https://www.youtube.com/watch?"):
        return f"{page}&t={time[1]}"
    return f"{page}#t={time[1]}" if page.startswith("https://vimeo.com/") else page


def _writer(template: str) -> Callable[[re.Match[str]], str]:
    return lambda found: template.format(*found.groups())


_COMPILED = tuple((re.compile(pattern), _writer(template)) for pattern, template in _PAGES)
