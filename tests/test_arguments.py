from datetime import date
from pathlib import Path

import pytest

from crawler.arguments import Arguments, parse_arguments
from crawler.exceptions import ArgumentError


def test_nothing_given_means_everything() -> None:
    assert parse_arguments({}) == Arguments()
    assert not parse_arguments({}).is_selection


def test_every_argument_is_typed(tmp_path: Path) -> None:
    archive = tmp_path / "a.warc"
    archive.touch()
    arguments = parse_arguments(
        {
            "since": "2024-01-01",
            "until": "2024-02-29",
            "section": "thoi-su",
            "limit": "20",
            "discovery": "feed",
            "archive": str(archive),
            "base_url": "http://127.0.0.1:8080/",
        }
    )
    assert arguments == Arguments(
        since=date(2024, 1, 1),
        until=date(2024, 2, 29),
        section="thoi-su",
        limit=20,
        discovery="feed",
        archive=(archive,),
        base_url="http://127.0.0.1:8080",
    )
    assert arguments.is_selection


def test_urls_come_from_a_list_or_a_file(tmp_path: Path) -> None:
    wanted = ("https://kontumtv.vn/a/", "https://kontumtv.vn/b/")
    listed = tmp_path / "urls.txt"
    listed.write_text(f"\ufeff# hai bài\n{wanted[0]}\n\n{wanted[1]}\n{wanted[0]}\n", "utf-8")
    assert parse_arguments({"urls": ",".join(wanted)}).urls == wanted
    assert parse_arguments({"urls": str(listed)}).urls == wanted


def test_section_may_be_the_path_of_its_listing() -> None:
    assert parse_arguments({"section": "/category/video-clip/thoi-su/"}).section == "thoi-su"


def test_scrapyd_job_is_no_argument_of_ours() -> None:
    assert parse_arguments({"_job": "6487ec79947edab326d6db28a2d86511"}) == Arguments()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sections", "thoi-su"),
        ("since", "14/7/2022"),
        ("since", ""),
        ("until", "2022-02-30"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "many"),
        ("section", "Thời sự"),
        ("section", "/"),
        ("urls", "kontumtv.vn/a"),
        ("urls", "https://kontumtv.vn/a,mailto:x@example.org"),
        ("discovery", "rss"),
        ("archive", "no-such-file.warc.gz"),
        ("archive", ","),
        ("archive", "no-such-*.warc.gz"),
        ("archive", "[.warc.gz"),
        ("archive", "wayback,commoncrawl"),
        ("archive", "\0"),
        ("captures", "some"),
        ("captures", "all"),
        ("crawl", "CC-MAIN-2024-10"),
        ("crawl", "CC MAIN/../x"),
        ("wayback_url", "web.archive.org"),
        ("commoncrawl_url", "no-such-folder"),
        ("base_url", "127.0.0.1:8080"),
        ("base_url", "http://[::1"),
    ],
)
def test_malformed_argument_is_named(name: str, text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        parse_arguments({name: text})
    assert caught.value.name == name
    assert str(caught.value).startswith(f"argument {name}: ")


def test_until_before_since_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="until"):
        parse_arguments({"since": "2024-01-02", "until": "2024-01-01"})


def test_archive_is_files_patterns_and_addresses(tmp_path: Path) -> None:
    for name in ("a.warc.gz", "b.warc.gz", "có cách.wacz", "c.txt"):
        (tmp_path / name).touch()
    address = "https://example.org/d.warc.gz"
    given = f"{tmp_path}/*.warc.gz {address},{tmp_path}/có cách.wacz, {tmp_path}/a.warc.gz"
    arguments = parse_arguments({"archive": given})
    assert [path.name for path in arguments.archive] == ["a.warc.gz", "b.warc.gz", "có cách.wacz"]
    assert arguments.archive_urls == (address,)
    assert arguments.archive_service is None
    assert arguments.is_archived


def test_archive_may_be_a_service() -> None:
    arguments = parse_arguments(
        {"archive": "commoncrawl", "crawl": "CC-MAIN-2024-10, CC-MAIN-2025-05"}
    )
    assert (arguments.archive_service, arguments.archive) == ("commoncrawl", ())
    assert arguments.crawl == ("CC-MAIN-2024-10", "CC-MAIN-2025-05")
    assert arguments.is_archived


@pytest.mark.parametrize(
    ("archive", "name", "text"),
    [
        ("wayback", "crawl", "CC-MAIN-2024-10"),
        ("commoncrawl", "wayback_url", "http://127.0.0.1:8080/kontum"),
        ("https://example.org/a.warc.gz", "commoncrawl_url", "https://example.org"),
        ("wayback", "recheck", "30d"),
    ],
)
def test_argument_of_another_archive_is_an_error(archive: str, name: str, text: str) -> None:
    with pytest.raises(ArgumentError, match=name):
        parse_arguments({"archive": archive, name: text})
