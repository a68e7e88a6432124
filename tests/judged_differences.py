"""Where our reader and feedparser differ, by field and document, and why ours is right."""

from pathlib import Path

_CLICKS = "its link counts clicks; feedburner:origLink, or pheedo's, is the page"
_LAST = "feedparser takes the last of description, subtitle and summary; ours is the feed's description first"
_LINKS = "feedparser takes the last alternate link; ours is the first in the entry's own language"
_BASE = "each content has a base of its own; feedparser takes that of the first content in the document"
_NO_ADDRESS = "feedparser takes an id for an address that is none"
_PICTURES = "feedparser overlooks an entry's <image>, whose text, or whose <url>, is an address"
_FULLEST = "feedparser lets an element on media replace the text"

# Field -> reason -> documents.
DIFFERENCES: dict[str, dict[str, str]] = {
    "url": {
        _CLICKS: "35-enclosure-as-text 44-fb-origlink rss_2.0_rps.xml feed02_invalid_published_dates"
        " corante.com_many.xml GiantRobotsSmashingIntoOtherGiantRobots.xml"
        " PaulDixExplainsNothing.xml PaulDixExplainsNothingWFW.xml"
        " Rss20BreakingNews.xml Rss20Reuters.xml FeedBurnerXHTML.xml TypePadNews.xml slashdot.xml"
        " rubyflow.feedburner.rss rubymine.feedburner.rss TechCrunch.xml learnenough.feedburner.atom"
        " railstutorial.feedburner.atom googleblog.xml feedburner.atom wapowellness.xml CRE.xml oreilly.feedburner.atom"
        " arstechnica.xml encoding.rss slickdeals.atom",
        _LINKS: "03-atom-rest 08-multi-alternate OneFootTsunami.atom",
        "a guid is the address where the link is empty": "47-rss-links",
        _NO_ADDRESS: "pappacoda.atom atom_0.3_DC_Sy.xml",
    },
    "image_url": {
        _PICTURES: "47-rss-links medscape.rss livemint.xml aktuality.rss pcinpact.xml Rss20MassaNews.xml"
    },
    "base": {_BASE: "qemu.atom reddit-home.rss"},
    "body": {
        _FULLEST: "05-mastodon HuffPostCanada.xml guardian-naomi-klein.rss cloudblog.rss",
        "references without a semicolon are read as HTML does": "at.xml lr.xml",
    },
    "title": {"CDATA within CDATA leaves no marks": "48-xml-oddities"},
    "authors": {
        "the author of the source stands before the feed's (RFC 4287, 4.2.1)": "04-source",
        "arXiv separates authors by commas": "38-arxiv",
        "the name alone, without mailto: and brackets": "xakep.ru.xml",
    },
    "enclosures": {
        "an address given as text is one": "35-enclosure-as-text",
        "feedparser overlooks the address of enc:enclosure, which is in rdf:resource": "craigslist.rss",
    },
    "updated": {"atom:modified stands before dc:date, whatever comes last": "atom_0.3_DC_Sy.xml"},
    "entries": {"each item has an empty <item/> in it, which is none": "illegally-nested.xml"},
    "feed.description": {
        _LAST: "chaosradio-podcast.xml example.xml podcast-rss rss_2.0_ch9.xml rss_2.0_nightvale.xml"
        " rss_2.0_spreaker.xml itunes_feedburner.xml podbean.xml item-itunes-episodeType.rss itunes-category.rss"
        " itunes-keywords-array.rss itunes-keywords-astext.rss itunes-keywords.rss itunes-missing-image.rss at.xml"
        " lr.xml rsr.xml atom_0.3_DC_Sy.xml"
    },
    "feed.updated": {"atom:modified stands before dc:date, whatever comes last": "atom_0.3_DC_Sy.xml"},
    "feed.format": {
        "the namespace of Atom 1.0, written with https, is that of Atom 1.0": "32-https-namespace"
    },
    "feed.icon_url": {
        "webfeeds:icon, or a picture in Google's namespace, is one": "05-mastodon feed-test.xml",
        "a podcast's own picture stands before that of the channel's <image>": "giantbomb-podcast.rss",
    },
    "feed.site_url": {
        _NO_ADDRESS: "48-xml-oddities AtomBattleNet.xml google_alerts_atom.xml"
        " https___www.youtube.com_playlist_list_PLKhDkilF5o6_pFucn5JHd6xy7muHLK6pS.xml"
    },
}


def reason(path: Path, field: str) -> str | None:
    """Why a document's field is read otherwise; None where it should not be."""
    names = {path.name, path.parent.name}
    given = DIFFERENCES.get(field, {})
    return next((why for why, documents in given.items() if names & set(documents.split())), None)
