"""Addresses that no browser runs, such as magnet links: they are kept as text beside the words of their link. Pure."""

import re

from ingest.base.plain_text import shortened, visible

LONGEST_SHOWN = 2000  # characters
_READ = 2 * LONGEST_SHOWN
# Schemes of IANA's list and others that feeds use. Never what may run or show something of the reader's own machine:
# javascript, vbscript, data, file, blob, about …
_SCHEMES = frozenset(
    "acct ar arweave at bitcoin bitcoincash cabal callto cid dat dav davs dict did dns doi ed2k ens"
    " ethereum facetime feed finger fsp ftp ftps gemini geo git gopher gophers hdl hns hyper im imap"
    " info ipfs ipns ipp irc irc6 ircs isbn issn itms itms-apps itms-podcasts itpc jabber lbry ldap"
    " ldaps lightning litecoin magnet maps market matrix mid mms monero mumble nex news nfs nntp nostr"
    " oid onion pcast podcast podto pop rsync rss rtmp rtsp session sftp sgnl signal sip sips skype sms"
    " smsto snews spartan spotify ssb ssh steam svn swh tag teamspeak tel telnet tg titan tor tox"
    " ts3server urn viber vnc webcal webcals wechat whatsapp wtai xmpp xri zoommtg zotero".split()
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}):(?=.)")
_AGAIN = re.compile(r"[\W_]+")


def address_as_text(address: str, words: str) -> str | None:
    """What is written behind the words of a link: its address in brackets, "" where the words say it already.

    None where the address is none that is kept.
    """
    address = visible(address[:_READ])
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[1].lower() not in _SCHEMES:
        return None
    rest = _AGAIN.sub("", address[scheme.end() :]).casefold()
    if not rest:
        return None
    said = _AGAIN.sub("", words[:_READ]).casefold()
    if said.endswith(rest):
        return ""
    shown = shortened(address, LONGEST_SHOWN)
    return f" ({shown})" if said else f" {shown}"
