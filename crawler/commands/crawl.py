"""`scrapy crawl` as Scrapy has it, with the arguments checked first and exit codes that tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from crawler.arguments import parse_arguments
from crawler.exceptions import ArgumentError
from crawler.exits import ERROR, exit_code
from crawler.log import quiet_start

if TYPE_CHECKING:
    import argparse

    from scrapy.crawler import Crawler


class Command(ScrapyCrawl):
    """Ends with 0 only when the run was complete; the README has the table of the others."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101 - set by scrapy.cmdline
        if self.settings["LOG_LEVEL"] != "DEBUG":
            quiet_start()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider")
        process = self.crawler_process
        assert process is not None  # noqa: S101 - set by scrapy.cmdline
        crawler = self._checked_crawler(args[0], opts.spargs)
        process.crawl(crawler, **opts.spargs)
        process.start()
        if process.bootstrap_failed:
            self.exitcode = ERROR
        else:
            stats = crawler.stats.get_stats()
            self.exitcode = exit_code(stats.get("finish_reason", ""), stats)

    def _checked_crawler(self, name: str, given: dict[str, str]) -> Crawler:
        """Return the crawler of a spider that takes these arguments, before any request."""
        try:
            crawler = self._create_crawler(name)
        except KeyError as error:
            raise UsageError(error.args[0], print_help=False) from None
        try:
            # A spider that is not one of ours may take what it likes.
            if site_of := getattr(crawler.spidercls, "site_of", None):
                site_of(parse_arguments(given))
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from None
        return crawler
