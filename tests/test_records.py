import json
from dataclasses import fields

import jsonschema
import pytest

from crawler.items import Article, Rejected
from crawler.records import json_schema, to_line, to_record
from tests.articles import make_article, make_rejected


def _valid(item: Article | Rejected) -> None:
    schema = json_schema(type(item))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(json.loads(to_line(item)))


def test_full_record_is_valid() -> None:
    _valid(make_article())


def test_bare_record_is_valid() -> None:
    article = make_article()
    _valid(
        Article(
            id=article.id,
            url=article.url,
            site=article.site,
            headline="",
            date_crawled=article.date_crawled,
        )
    )


def test_rejected_record_is_valid() -> None:
    _valid(make_rejected())


def test_every_key_is_on_every_line_in_declaration_order() -> None:
    assert list(json.loads(to_line(make_article()))) == [f.name for f in fields(Article)]


def test_line_is_readable_vietnamese_without_line_feeds() -> None:
    line = to_line(make_article())
    assert "vườn ươm" in line
    assert "\n" not in line


def test_times_carry_the_zone_of_vietnam() -> None:
    record = to_record(make_article())
    assert record["date_published"] == "2022-07-14T12:00:00+07:00"
    assert record["event_dates"][0]["date"] == "2022-07-14"


@pytest.mark.parametrize("broken", [{"headline": None}, {"extra": 1}, {"images": None}])
def test_schema_refuses_what_the_record_never_is(broken: dict[str, object]) -> None:
    record = {**to_record(make_article()), **broken}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, json_schema(Article))
