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


class Command(ScrapyCrawl):
    """Ends with 0 only when the run was complete; the README has the table of the others."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101 - set by scrapy.cmdline
        if self.settings["LOG_LEVEL"] != "DEBUG":
            quiet_start()
        try:
            parse_arguments(opts.spargs)
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider")
        process = self.crawler_process
        assert process is not None  # noqa: S101 - set by scrapy.cmdline
        crawler = self._create_crawler(args[0])
        process.crawl(crawler, **opts.spargs)
        process.start()
        if process.bootstrap_failed:
            self.exitcode = ERROR
        else:
            stats = crawler.stats.get_stats()
            self.exitcode = exit_code(stats.get("finish_reason", ""), stats)
