"""Where an entry is: GeoRSS, GML, the W3C's geo vocabulary, and podcast:location (RFC 5870)."""

import re

from ingest.parse.xml.node import Node

_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,30})?")
_POINTS = ("georss:point", "gml:pos", "geo:lat_long")
_WHERE = ("georss:where", "gml:Point", "geo:Point", "media:location", "podcast:location", "icbm:location")
_LATITUDES = ("geo:lat", "icbm:latitude")
_LONGITUDES = ("geo:long", "geo:lon", "icbm:longitude")


def point_of(item: Node) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None where the entry has none."""
    if not item.has(PLACE_ELEMENTS):
        return None
    for point in item.within(_POINTS, _WHERE):
        if place := _place(point.words().replace(",", " ").split()):
            point.text()
            _take_same(item, place)
            return place
    if place := _take_same(item, None):
        return place
    for located in item.all("podcast:location"):
        geo = located.peek("geo")
        if place := _place(geo.removeprefix("geo:").partition(";")[0].split(",")):
            located.take("geo")
            return place
    return None


PLACE_ELEMENTS = frozenset((*_POINTS, *_WHERE, *_LATITUDES, *_LONGITUDES))


def _take_same(item: Node, known: tuple[float, float] | None) -> tuple[float, float] | None:
    """The place in a pair of elements; taken where it is the one that is known, or none is."""
    latitudes, longitudes = (list(item.within(names, _WHERE)) for names in (_LATITUDES, _LONGITUDES))
    for latitude, longitude in zip(latitudes, longitudes, strict=False):
        place = _place([latitude.words(), longitude.words()])
        if place and known in (None, place):
            latitude.text()
            longitude.text()
            return place
    return None


def _place(numbers: list[str]) -> tuple[float, float] | None:
    if len(numbers) < 2 or not all(_NUMBER.fullmatch(number.strip()) for number in numbers[:2]):
        return None
    latitude, longitude = float(numbers[0]), float(numbers[1])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
