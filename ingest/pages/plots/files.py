"""A chart as a file: a picture (SVG) that stands for itself, and its table (CSV). Pure."""

import csv
import re
from io import StringIO
from xml.etree import ElementTree as ET

from ingest.pages.charts import STEP, Plot
from ingest.pages.time_axis import Label
from ingest.pages.timeline import Timeline

_SVG = "http://www.w3.org/2000/svg"
# Those of the stylesheet on light paper, by the numbers of colours.
_COLOURS = (
    *("#1f6f9c", "#c05a1c", "#557a26", "#8a4ba6", "#a3790a", "#bd3a5d", "#2f8477", "#77706a"),
    *("#4a5fb0", "#7a5230", "#3f6b4f", "#a0468f", "#6b6f1d"),
)
_WIDTH, _LEFT, _TOP, _BELOW, _LINE = 960, 50, 40, 26, 20  # in pixels
_HEIGHT = 240  # of the bars or lines
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Chart = Plot | Timeline


def chart_svg(chart: Chart, title: str) -> bytes:
    """A picture with its title, scale, labels and legend. It has no script and no style that a policy could refuse."""
    ET.register_namespace("", _SVG)
    names = [(name, colour) for name, colour, _ in _drawn(chart)] if _has_legend(chart) else []
    legend = _LINE * len(names) + (10 if names else 0)
    height = _TOP + _HEIGHT + _BELOW + legend
    size = {"width": str(_WIDTH), "height": str(height), "viewBox": f"0 0 {_WIDTH} {height}"}
    svg = ET.Element(f"{{{_SVG}}}svg", {**size, "font-family": "sans-serif", "font-size": "13"})
    _add(svg, "title", title)
    _add(svg, "rect", width=str(_WIDTH), height=str(height), fill="#ffffff")
    _add(svg, "text", title, x="10", y="22", fill="#23201b")
    _scale(svg, chart)
    frame = _add(
        svg,
        "svg",
        x=str(_LEFT),
        y=str(_TOP),
        width=str(_WIDTH - _LEFT - 10),
        height=str(_HEIGHT),
        viewBox=f"0 0 {chart.width} {chart.height}",
        preserveAspectRatio="none",
    )
    for _, colour, drawn in _drawn(chart):
        _add(frame, *drawn[:1], **drawn[1], fill="none", stroke=colour)
    for label in chart.labels:
        _label(svg, label)
    for i, (name, colour) in enumerate(names):
        y = _TOP + _HEIGHT + _BELOW + 10 + i * _LINE
        _add(svg, "rect", x=str(_LEFT), y=str(y), width="12", height="12", fill=colour)
        _add(svg, "text", name[:100], x=str(_LEFT + 20), y=str(y + 11), fill="#23201b")
    return bytes(ET.tostring(svg, encoding="utf-8", xml_declaration=True))


def _has_legend(chart: Chart) -> bool:
    return len(_drawn(chart)) > 1


def _drawn(chart: Chart) -> list[tuple[str, str, tuple[str, dict[str, str]]]]:
    """The name, colour and element of each series or line."""
    if isinstance(chart, Plot):
        stroke = str(min(chart.stroke, 0.8 * STEP))
        return [
            (one.name, _COLOURS[one.colour], ("path", {"d": one.path, "stroke-width": stroke}))
            for one in chart.series
        ]
    thin = {"stroke-width": "2", "vector-effect": "non-scaling-stroke"}
    return [
        (one.name, _COLOURS[one.colour % len(_COLOURS)], ("polyline", {"points": one.points, **thin}))
        for one in chart.lines
    ]


def _scale(svg: ET.Element, chart: Chart) -> None:
    """Lines at nothing, in the middle and at the top, with their numbers."""
    for number in (0, chart.middle.number if chart.middle else 0, chart.top):
        y = round(_TOP + _HEIGHT * (1 - number / chart.top), 1)
        ends = {"x1": str(_LEFT), "x2": str(_WIDTH - 10), "y1": str(y), "y2": str(y)}
        _add(svg, "line", **ends, stroke="#c9c3b6")
        _add(
            svg,
            "text",
            f"{number:,}",
            x=str(_LEFT - 6),
            y=str(y + 4),
            fill="#5f594f",
            **{"text-anchor": "end"},
        )


def _label(svg: ET.Element, label: Label) -> None:
    x = round(_LEFT + (_WIDTH - _LEFT - 10) * label.x / 100, 1)
    y = _TOP + _HEIGHT + 18
    _add(svg, "text", label.text, x=str(x), y=str(y), fill="#5f594f", **{"text-anchor": "middle"})


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_SVG}}}{tag}", attributes)
    element.text = _NO_XML.sub("", text) if text else None
    return element


def chart_csv(chart: Chart) -> str:
    """A line for each period, from the first to the last, and a column for each series or line."""
    names = [one.name for one in (chart.series if isinstance(chart, Plot) else chart.lines)]
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow([chart.unit, *names])
    writer.writerows([period, *numbers] for period, numbers in reversed(chart.table))
    return lines.getvalue()
