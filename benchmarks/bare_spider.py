"""The baseline: Scrapy as it comes, the same pages, two fields a line.

    scrapy runspider benchmarks/bare_spider.py -a sitemap=http://127.0.0.1:8082/wp-sitemap.xml \\
        -O /tmp/bare.jsonl

It reads the sitemap, downloads every article it lists and writes URL and headline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scrapy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response


class BareSpider(scrapy.Spider):
    name = "bare"
    # Nothing but what a benchmark without a delay needs; the rest is Scrapy's default.
    custom_settings = {"LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False}  # noqa: RUF012

    def __init__(self, sitemap: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sitemap = sitemap

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield scrapy.Request(self.sitemap, self.parse_sitemap)

    def parse_sitemap(self, response: Response) -> Iterator[scrapy.Request]:
        for url in response.xpath("//*[local-name()='sitemap']/*/text()").getall():
            if "posts-post" in url:
                yield scrapy.Request(url, self.parse_sitemap)
        for url in response.xpath("//*[local-name()='url']/*[local-name()='loc']/text()").getall():
            yield scrapy.Request(url, self.parse_article)

    def parse_article(self, response: Response) -> Iterator[dict[str, str | None]]:
        yield {"url": response.url, "headline": response.css("h1::text").get()}
