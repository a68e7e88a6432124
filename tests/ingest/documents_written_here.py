"""Small documents for tests."""


def rss(*items: str, url: str | None = "https://blog.example.org/feed.xml", title: str = "A blog") -> bytes:
    own = f'<atom:link href="{url}" rel="self" type="application/rss+xml"/>' if url else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{title}</title><link>https://blog.example.org/</link><description>Words.</description>{own}"
        + "".join(items)
        + "</channel></rss>"
    ).encode()


def item(guid: str, text: str = "Some text.", title: str | None = None) -> str:
    return (
        f"<item><title>{title or 'Post ' + guid}</title><link>https://blog.example.org/{guid}</link>"
        f'<guid isPermaLink="false">{guid}</guid><description>{text}</description>'
        "<pubDate>Sun, 01 Jun 2025 12:00:00 GMT</pubDate></item>"
    )
