"""Where an address leads, without what servers write anew into each copy: tracking, signatures, counters. Pure."""

import re

from ingest.base.urls import is_web_url, url_key

# Parameters that sign or time an address: Amazon S3 and CloudFront, Google and Azure storage, imgix, Meta; sessions.
_SIGNATURE = re.compile(
    r"(?:x-(?:amz|goog)-\w[\w-]*|awsaccesskeyid|googleaccessid|expires?|exp|signature|sig|hmac|key-pair-id|policy"
    r"|token|access_token|auth|hash|nonce|oh|oe|_nc_\w+|ccb|edm|efg|s[ept]=\d{4}.*"
    r"|phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|sid)",
    re.IGNORECASE,
)
# Numbers that count, or keep a copy from being cached. Only where the value is a number.
_COUNTER = re.compile(
    r"(?:comments?|comment_?count|num_?comments|repl(?:y|ies)|views?|likes?|votes?|score|points|count"
    r"|r|rnd|rand|random|cb|cache_?bust(?:er)?|no_?cache|_|ts|timestamp)",
    re.IGNORECASE,
)
# Of pictures and files also what says which copy of it is newest, where that is a time or a hash.
_COPY = re.compile(r"(?:v|ver|t|time|rev|version|s|m|mtime|modified|updated|lastmod)", re.IGNORECASE)
_TIME_OR_HASH = re.compile(r"\d{8,}(?:\.\d+)?|(?=[a-z]*\d)[0-9a-f]{8,}|(?=\w*\d)[\w-]{24,}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)


def link_key(url: str) -> str:
    """A key that is equal for two addresses of a link that lead to the same place."""
    return _key(url, of_file=False)


def file_key(url: str) -> str:
    """A key that is equal for two addresses of the same picture or file."""
    return _key(url, of_file=True)


def _key(url: str, of_file: bool) -> str:
    if not is_web_url(url):
        return url
    address, mark, fragment = url.partition("#")
    path, question, query = url_key(_SESSION_IN_PATH.sub("", address)).partition("?")
    kept = [one for one in query.split("&") if one and not _is_passing(one, of_file)] if question else []
    return f"{path}?{'&'.join(kept)}{mark}{fragment}"


def _is_passing(parameter: str, of_file: bool) -> bool:
    name, _, value = parameter.partition("=")
    if _SIGNATURE.fullmatch(name) or _SIGNATURE.fullmatch(parameter):
        return True
    if _COUNTER.fullmatch(name) and _NUMBER.fullmatch(value):
        return True
    return of_file and bool(_COPY.fullmatch(name) and _TIME_OR_HASH.fullmatch(value))
