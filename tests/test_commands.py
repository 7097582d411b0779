"""The commands of our own, as far as they need no process of theirs."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.commands import crawl, dataset, schema
from crawler.feeds.dataset import Dataset
from crawler.feeds.summary import summary_lines
from tests.articles import make_article, make_rejected

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.commands import ScrapyCommand


def _run(command: ScrapyCommand, *args: str, settings: dict[str, Any] | None = None) -> None:
    command.settings = Settings(settings or {})
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    options, _ = parser.parse_known_args([each for each in args if each.startswith("--")])
    command.run([each for each in args if not each.startswith("--")], options)


# ---- dataset -------------------------------------------------------------------------------------


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """The exports of two runs: two articles, one rejection, the last run not complete."""
    folder = tmp_path / "kontumtv.vn"
    for number, run in ((1, "r1"), (2, "r2")):
        written = Dataset(folder, run)
        written.add(make_article(id=f"kontumtv.vn:{number}", text=f"Tin {number}. " * 50))
        if run == "r2":
            written.reject(make_rejected())
        written.publish()
        written.close()
    (folder / "runs").mkdir()
    counts = {"rejected_to_retry": 1, "discovery_failed": 0, "missing": 2}
    for run, complete in (("r1", True), ("r2", False)):
        report = {"run_id": run, "complete": complete, "counts": counts}
        (folder / "runs" / f"{run}.json").write_text(json.dumps(report))
    return tmp_path


def test_summary_counts_the_feeds_and_shows_a_record(exports: Path) -> None:
    lines = list(summary_lines(exports / "kontumtv.vn"))
    assert [line.split()[:2] for line in lines[:3]] == [
        ["articles:", "2"],
        ["duplicates:", "0"],
        ["rejected:", "1"],
    ]
    assert lines[3] == "gaps:       3; the last run that wrote, r2, was not complete"
    assert json.loads(lines[-1])["id"] == "kontumtv.vn:2"


def test_record_that_is_shown_is_the_fullest(tmp_path: Path) -> None:
    written = Dataset(tmp_path, "r1")
    for number, field in ((1, {"keywords": ()}), (2, {}), (3, {"dateline": None})):
        article = make_article(id=f"kontumtv.vn:{number}", text=f"Tin {number}. " * 50, **field)
        written.add(article)
    written.publish()
    written.close()
    assert json.loads(list(summary_lines(tmp_path))[-1])["id"] == "kontumtv.vn:2"


def test_empty_dataset_has_no_record_to_show(tmp_path: Path) -> None:
    assert [line.split()[1] for line in summary_lines(tmp_path)] == ["0", "0", "0"]


def test_summary_is_printed(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(dataset.Command(), "summary", settings={"EXPORTS_DIR": exports})
    assert capsys.readouterr().out.startswith("articles:   2 in ")


def test_summary_of_a_site_never_crawled_is_refused(exports: Path) -> None:
    with pytest.raises(UsageError, match="there is no dataset"):
        _run(dataset.Command(), "summary", "--site=b.vn", settings={"EXPORTS_DIR": exports})


@pytest.mark.parametrize("args", [(), ("sumary",), ("summary", "x")])
def test_dataset_knows_one_word(args: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        _run(dataset.Command(), *args)


# ---- schema --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["article", "rejected"])
def test_schema_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _run(schema.Command(), name)
    assert json.loads(capsys.readouterr().out)["title"] == name.capitalize()


@pytest.mark.parametrize("args", [(), ("articles",), ("article", "rejected")])
def test_schema_knows_its_records(args: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        _run(schema.Command(), *args)


def test_documents_are_written_between_their_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    readme = tmp_path / schema.README
    readme.parent.mkdir()
    readme.write_text("# A\n<!-- tables -->\nBảng cũ\n<!-- end of tables -->\nB\n", "utf-8")
    _run(schema.Command(), "--write")
    text = readme.read_text("utf-8")
    assert text.startswith("# A\n<!-- tables -->\n### Articles")
    assert text.endswith("<!-- end of tables -->\nB\n")
    assert "Bảng cũ" not in text
    written = (tmp_path / schema.schema_path("article")).read_text("utf-8")
    assert written == schema.schema_text("article")


@pytest.mark.parametrize("command", [dataset.Command(), schema.Command()])
def test_commands_say_what_they_do(command: ScrapyCommand) -> None:
    assert command.short_desc()
    assert command.syntax()


# ---- crawl ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [[], ["kontumtv", "another"]])
def test_crawl_names_one_spider(args: list[str]) -> None:
    with pytest.raises(UsageError, match="one spider"):
        crawl.Command().run(args, argparse.Namespace())
