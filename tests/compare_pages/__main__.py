import argparse
import sys
from pathlib import Path

from tests.compare_pages import __doc__ as description
from tests.compare_pages.crawl import Limits
from tests.compare_pages.difference import compare
from tests.compare_pages.record import Sources, record


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.compare_pages",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _record_options(commands.add_parser("record", help="record what a checkout shows, into a folder"))
    diff = commands.add_parser("diff", help="compare two recordings; exit code 1 where they differ")
    diff.add_argument("before", type=Path)
    diff.add_argument("after", type=Path)
    diff.add_argument(
        "--lines", type=int, default=40, help="of each difference, at most (default: %(default)s)"
    )
    options = parser.parse_args()
    if options.command == "diff":
        return compare(options.before, options.after, options.lines)
    limits = Limits(options.most, options.seconds, options.each_page, options.each_shape)
    sources = Sources(
        options.checkout.resolve(), options.python.absolute(), options.archive, options.documents
    )
    return record(sources, options.out, limits)


def _record_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkout", type=Path)
    parser.add_argument("python", type=Path, help="an interpreter that has what the checkout depends on")
    parser.add_argument("out", type=Path, help="a folder that is new or empty")
    parser.add_argument(
        "--archive", type=Path, help="what to serve a copy of (default: the sample of `demo`)"
    )
    parser.add_argument(
        "--documents",
        type=Path,
        help="feeds or folders of them to import as well, and to record what is stored",
    )
    parser.add_argument("--most", type=int, default=2000, help="addresses a visitor (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=1200, help="a visitor, at most (default: %(default)s)")
    parser.add_argument(
        "--each-page", type=int, default=100, help="addresses of a shape without ? (default: %(default)s)"
    )
    parser.add_argument(
        "--each-shape", type=int, default=6, help="addresses of a shape with ? (default: %(default)s)"
    )


sys.exit(main())
