"""`scrapy explain`: one page or REST post, and how each field of its record was read."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse

from crawler.archives.warc import WarcArchive
from crawler.arguments import Arguments, parse_arguments
from crawler.commands.explain_spider import ExplainSpider, Target, explain_raw
from crawler.exceptions import ArchiveError, ArgumentError, PageError
from crawler.exits import BAD_ARGUMENT, COMPLETE, ERROR
from crawler.explain import (
    Explanation,
    declared_url,
    explain_refusal,
    missing_parts,
    read_source,
    table_lines,
)
from crawler.items import Fetch
from crawler.log import TALKS_IN_TRACEBACKS, quiet_start
from crawler.text.dates import VIETNAM
from crawler.urls import Site, absolute_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# `kontumtv.vn:340`, `kontumtv.vn:tin-tuc/a`, the id of a record: a host, its port, the rest. The
# host holds no colon, so the parts cannot trade characters: linear.
ID_RE = re.compile(r"((?=[^:]*\.)[a-z0-9.-]+(?::[0-9]+)?):([^\s:]+)", re.ASCII)


class Command(ScrapyCommand):
    """Ends with 0 for an article, 1 for what is none or cannot be read, 2 for bad arguments."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] URL|FILE|ID"

    def short_desc(self) -> str:
        return "Show how each field of an article's record was read"

    def long_desc(self) -> str:
        return (
            "Read one article page or REST post - an address, a saved file, or the id of an "
            "exported record - and show every field with the text and the rule it comes from"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="address the saved FILE was read from")
        parser.add_argument("--archive", metavar="WARC", help="WARC files to read, no network")
        parser.add_argument("--base-url", metavar="URL", help="another address of the same site")
        parser.add_argument("--post", metavar="NUMBER", help="which post of a REST list")
        parser.add_argument("--json", action="store_true", help="JSON, nothing cut")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None  # noqa: S101 - set by scrapy.cmdline
        # What went wrong stands in the answer; -L and -s LOG_LEVEL still decide otherwise.
        self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
        super().process_options(args, opts)
        quiet_start()
        # A dead host is told of once, in the answer.
        logging.getLogger(TALKS_IN_TRACEBACKS).addFilter(lambda _: False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            explanation = self._explain(args, opts)
        except (ArgumentError, UsageError) as error:
            self._fail(BAD_ARGUMENT, str(error))
        except ArchiveError as error:
            self._fail(ERROR, str(error))
        except OSError as error:
            self._fail(ERROR, f"cannot read {error.filename}: {error.strerror}")
        else:
            self.exitcode = COMPLETE if explanation.reason is None else ERROR
            _print(_output(explanation, as_json=opts.json))

    def _fail(self, code: int, message: str) -> None:
        self.exitcode = code
        print(f"scrapy explain: {message}", file=sys.stderr)

    def _explain(self, args: list[str], opts: argparse.Namespace) -> Explanation:
        if len(args) != 1:
            raise UsageError("name one URL, file or id")
        given = {"archive": opts.archive, "base_url": opts.base_url}
        arguments = parse_arguments({name: text for name, text in given.items() if text})
        if arguments.archive_urls or arguments.archive_service:
            raise UsageError("--archive takes files that are here")
        sites = self._sites(arguments)
        path = Path(args[0])
        if path.is_file():
            return _explain_file(path, opts.url, opts.post, sites)
        if opts.url:
            raise UsageError(f"--url goes with a file; there is no file {args[0]!r}")
        return self._fetch(_target(args[0], opts.post, sites), arguments)

    def _sites(self, arguments: Arguments) -> list[Site]:
        """Return the sites this project has a spider for; take over the spiders' user agent."""
        assert self.crawler_process is not None  # noqa: S101 - set by scrapy.cmdline
        loader = self.crawler_process.spider_loader
        spiders = [loader.load(name) for name in loader.list()]
        spiders[0].update_settings(self.crawler_process.settings)
        homes = [home for spider in spiders if (home := getattr(spider, "home", ""))]
        return [Site(urlsplit(home).netloc, home, arguments.base_url or "") for home in homes]

    def _fetch(self, target: Target, arguments: Arguments) -> Explanation:
        archive = WarcArchive(arguments.archive) if arguments.archive else None
        try:
            return self._crawl(target, archive)
        finally:
            if archive is not None:
                archive.close()

    def _crawl(self, target: Target, archive: WarcArchive | None) -> Explanation:
        process = self.crawler_process
        assert process is not None  # noqa: S101 - set by scrapy.cmdline
        crawler = process.create_crawler(ExplainSpider)
        process.crawl(crawler, target=target, archive=archive)
        process.start()
        spider = crawler.spider
        if isinstance(spider, ExplainSpider) and spider.explanation:
            return spider.explanation
        return explain_refusal(target.url, "none", "broken_off", "the run was broken off")


def _target(given: str, post_id: str | None, sites: Sequence[Site]) -> Target:
    """Return what an address or an id names.

    Raises:
        UsageError: it is neither.
    """
    if absolute_url(given, given):
        return Target(_site_of(given, sites), given, post_id)
    match = ID_RE.fullmatch(given)
    if match is None:
        raise UsageError(f"there is no file {given!r}, and it is no http(s) address or record id")
    host, key = match.groups()
    site = _site_of(f"https://{host}/", sites)
    if key.isdecimal():
        return Target(site, f"{site.home}/?p={key}", key, is_id=True)
    return Target(site, f"{site.home}/{key}/")


def _site_of(url: str, sites: Sequence[Site]) -> Site:
    """Return the site an address is of; one of its own where no spider knows it."""
    for site in sites:
        if site.is_own(url):
            return site
    parts = urlsplit(url)
    return Site(parts.netloc.lower().removeprefix("www."), f"{parts.scheme}://{parts.netloc}")


def _explain_file(
    path: Path, url: str | None, post_id: str | None, sites: Sequence[Site]
) -> Explanation:
    """Return what a saved page or REST answer gives; it was taken when the file was written."""
    if url and not absolute_url(url, url):
        raise UsageError(f"--url {url!r} is no http(s) address")
    body = path.read_bytes()
    text = HtmlResponse(url or sites[0].home, body=body).text
    address = url or declared_url(text, sites[0].home) or sites[0].home
    taken = datetime.fromtimestamp(path.stat().st_mtime, VIETNAM)
    answer = f"file {path}, {len(body)} bytes, written {taken:%Y-%m-%d %H:%M}"
    try:
        raw = read_source(text, address, post_id)
    except PageError as error:
        return explain_refusal(address, answer, error.reason, text=text)
    notes = [f"without --url, read as {address}"] if url is None else []
    raw = replace(raw, fetch=Fetch(date_crawled=taken))
    return explain_raw(raw, _site_of(address, sites), answer, [*notes, *missing_parts(text, raw)])


def _output(explanation: Explanation, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(explanation.to_json(), ensure_ascii=False, indent=2)
    return "\n".join(table_lines(explanation))


def _print(text: str) -> None:
    """Print, and take it in good part where the reader (`head`) has gone."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Python flushes once more at its end (docs of the signal module, note on SIGPIPE).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
