import asyncio

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser

from crawler.manners import PatientRetryMiddleware, retry_after_seconds
from tests.crawlers import make_crawler

URL = "https://kontumtv.vn/tin-tuc/a/"


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _middleware(**settings: object) -> tuple[PatientRetryMiddleware, Clock]:
    middleware = PatientRetryMiddleware.from_crawler(make_crawler(dict(settings)))
    clock = Clock()
    middleware._clock, middleware._sleep = (lambda: clock.now), clock.sleep
    return middleware, clock


def _wait(middleware: PatientRetryMiddleware, url: str = URL) -> None:
    asyncio.run(middleware.process_request(Request(url)))


def _busy(headers: dict[str, str] | None = None, status: int = 503) -> Response:
    return Response(URL, status=status, headers=headers)


def test_first_request_waits_for_nothing() -> None:
    middleware, clock = _middleware()
    _wait(middleware)
    assert clock.slept == []


def test_each_failure_in_a_row_doubles_the_pause() -> None:
    middleware, clock = _middleware()
    request: Request | Response = Request(URL)
    for _ in range(3):
        assert isinstance(request, Request)
        request = middleware.process_response(request, _busy())
        _wait(middleware)
    assert clock.slept == [2, 4, 8]


def test_last_try_is_given_back_as_it_is() -> None:
    middleware, _ = _middleware(RETRY_TIMES=0)
    answer = _busy()
    assert middleware.process_response(Request(URL), answer) is answer


def test_retry_after_is_what_the_host_gets() -> None:
    middleware, clock = _middleware()
    middleware.process_response(Request(URL), _busy({"Retry-After": "30"}, 429))
    _wait(middleware, "https://kontumtv.vn/another/")
    _wait(middleware, "https://elsewhere.example/")
    assert clock.slept == [30]


def test_no_pause_is_longer_than_the_setting() -> None:
    middleware, clock = _middleware(RETRY_MAX_PAUSE_SECONDS=50)
    middleware.process_response(Request(URL), _busy({"Retry-After": "86400"}))
    _wait(middleware)
    assert clock.slept == [50]


def test_broken_connection_pauses_too() -> None:
    middleware, clock = _middleware()
    retry = middleware.process_exception(Request(URL), DownloadTimeoutError("60 s"))
    assert isinstance(retry, Request)
    _wait(middleware)
    assert clock.slept == [2]


def test_good_answer_pauses_nothing() -> None:
    middleware, clock = _middleware()
    middleware.process_response(Request(URL), Response(URL))
    _wait(middleware)
    assert clock.slept == []


@pytest.mark.parametrize(("asked", "slept"), [("5", [5.0, 5.0]), ("0.2", []), ("900", [120, 120])])
def test_crawl_delay_of_robots_txt_spaces_requests(asked: str, slept: list[float]) -> None:
    middleware, clock = _middleware(DOWNLOAD_DELAY=1)
    robots = f"User-agent: *\nCrawl-delay: {asked}\n".encode()
    parser = ProtegoRobotParser(robots, middleware.crawler.spider)
    middleware.robots_parsed(parser, Request("https://kontumtv.vn/robots.txt"))
    for _ in range(3):
        _wait(middleware)
    assert clock.slept == slept


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        (
            {
                "Date": "Thu, 14 Jul 2022 08:30:00 GMT",
                "Retry-After": "Thu, 14 Jul 2022 08:31:30 GMT",
            },
            90.0,
        ),
        (
            {
                "Date": "Thu, 14 Jul 2022 08:30:00 GMT",
                "Retry-After": "Thu, 14 Jul 2022 08:00:00 GMT",
            },
            0.0,
        ),
        ({"Retry-After": "Thu, 14 Jul 2022 08:31:30 GMT"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(_busy(headers)) == seconds


def test_archive_is_never_waited_for() -> None:
    middleware, clock = _middleware()
    middleware.process_response(Request(URL), _busy())
    middleware.crawler.spider.archive = object()  # type: ignore[union-attr]
    _wait(middleware)
    assert clock.slept == []
