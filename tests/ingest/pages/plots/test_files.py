"""A chart as SVG and as CSV."""

import csv
from io import StringIO
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.charts import plot
from ingest.pages.plots.files import chart_csv, chart_svg
from ingest.pages.timeline import timeline

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = {"2024-01": 1, "2024-03": 20}


def test_a_picture_says_what_it_is_of_and_how_much() -> None:
    shown = plot([("One & only", 1, COUNTS), ("Other", 2, COUNTS)])
    assert shown
    svg = ET.fromstring(chart_svg(shown, "Entries by month <of all>"))
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert svg.findtext(f"{SVG}title") == texts[0] == "Entries by month <of all>"
    assert {"0", "20", "40", "2024-01", "One & only", "Other"} <= {*texts}
    assert len(svg.findall(f".//{SVG}path")) == 2
    assert not [*svg.iter(f"{SVG}script")] and not [*svg.iter(f"{SVG}style")]


def test_lines_are_a_picture_too() -> None:
    shown = timeline([("a", COUNTS), ("b", {"2024-02": 3})])
    assert shown and len(ET.fromstring(chart_svg(shown, "a vs b")).findall(f".//{SVG}polyline")) == 2


def test_the_table_has_a_line_a_period_from_the_first_on() -> None:
    shown = plot([("One", 1, COUNTS), ('A "comma", in it', 2, {"2024-03": 2})])
    assert shown
    rows = [*csv.reader(StringIO(chart_csv(shown)))]
    assert rows == [["month", "One", 'A "comma", in it'], ["2024-01", "1", "0"], ["2024-03", "20", "2"]]


@given(st.text(), st.text())
def test_whatever_a_feed_is_called_the_picture_is_well_formed(name: str, title: str) -> None:
    shown = plot([(name, 1, COUNTS), ("other", 2, COUNTS)])
    assert shown and ET.fromstring(chart_svg(shown, title)) is not None
