"""A record taken apart again: each field with the texts that were looked at for it.

Nothing is read here a second time: ``crawler.normalize`` keeps its steps, this module names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from crawler.explain.meanings import flag_meaning
from crawler.normalize import Reading, read_article
from crawler.records import to_json, to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.candidates import DateCandidate, ReadDate
    from crawler.items import Article, RawArticle, RawTerm, RawValue
    from crawler.text.article_end import ArticleEnd
    from crawler.urls import Site

Json = dict[str, Any]
LAST_LINES = 2
"""Paragraphs shown where no byline was found."""
Use = Literal["used", "other", "unreadable", "left_out", "seen"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A text that was looked at for a field, and what became of it."""

    source: str
    """Where it stood: `page.date`, `paragraph 1`."""
    raw: str
    """As the page says it."""
    reading: str | None = None
    """What it was read as, where that is not the field's value itself."""
    rule: str | None = None
    """Name of the rule that read it, or the rule in words."""
    error: str | None = None
    """Why it could not be read."""
    use: Use = "used"
    """Whether the field's value comes from it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One field: its value as exported, and where that came from."""

    field: str
    value: Any
    """As JSON has it."""
    origins: tuple[Origin, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one answer gave: a record, or the reason why it gave none."""

    url: str
    answer: str
    """How the answer looked: `HTTP 200, text/html, 43 210 bytes`."""
    findings: tuple[Finding, ...]
    """The fields of the record; of a refused answer, what was seen."""
    reason: str | None = None
    """Why it is no article, in the words of the rejected feed; None for an article."""
    detail: str | None = None
    article: Article | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """Return it as JSON values, nothing cut."""
        return {
            "verdict": "article" if self.reason is None else "rejected",
            "reason": self.reason,
            "detail": self.detail,
            "url": self.url,
            "answer": self.answer,
            "notes": list(self.notes),
            "fields": {each.field: _finding_json(each) for each in self.findings},
        }


def _finding_json(finding: Finding) -> Json:
    origins = [to_record(origin) for origin in finding.origins]
    return {"value": finding.value, "note": finding.note, "origins": origins}


def explain_article(
    raw: RawArticle, site: Site, answer: str, notes: Iterable[str] = ()
) -> Explanation:
    """Return the record of ``raw``, every field with its origins; ``raw.fetch`` must be set."""
    reading = read_article(raw, site)
    article = reading.article
    origins, remarks = _origins(raw, reading), _remarks(reading)
    findings = tuple(
        Finding(name, value, tuple(origins.get(name, ())), remarks.get(name))
        for name, value in to_record(article).items()
    )
    return Explanation(article.url, answer, findings, article=article, notes=tuple(notes))


def _origins(raw: RawArticle, reading: Reading) -> dict[str, Iterable[Origin]]:
    """Return the texts behind each field that is read from any."""
    article = reading.article
    return {
        "id": _id(raw),
        "url": _url(raw),
        "headline": _value(raw.headline),
        "description": _value(raw.description),
        "text": _left_out(reading),
        "dateline": _dateline(reading),
        "date_published": _dates(reading.published),
        "date_modified": _dates(reading.modified),
        "event_dates": _events(reading),
        "byline_raw": _byline(raw, reading),
        "authors": _from_byline(article, bool(article.authors)),
        "sources": _from_byline(article, bool(article.sources)),
        "is_staff": _from_byline(article, article.is_staff),
        "article_section": _section(raw.categories, article),
        "categories": _terms(raw.categories),
        "keywords": _terms(raw.keywords),
        "quality_flags": [Origin(flag, flag_meaning(flag)) for flag in article.quality_flags],
    }


def _remarks(reading: Reading) -> dict[str, str]:
    """Return what is to be said of a field beside its value."""
    article, body = reading.article, reading.body
    count, printed = len(body.paragraphs), len(body.printed)
    remarks = {"text": f"{count} of {printed} paragraphs, {len(article.text)} characters"}
    if len(reading.published.candidates) > 1:
        remarks["date_published"] = "of several places the first that can be read"
    if len(reading.modified.candidates) > 1:
        remarks["date_modified"] = "of several places the latest"
    if article.date_published is None:
        remarks["event_dates"] = "not looked for without date_published"
    return remarks


# ---- one field each --------------------------------------------------------------------------


def _value(printed: RawValue | None) -> Iterator[Origin]:
    if printed:
        yield Origin(printed.source, printed.raw)


def _id(raw: RawArticle) -> Iterator[Origin]:
    if raw.post_id:
        yield Origin("post_id", raw.post_id, rule="WordPress's number of the post")
    else:
        yield Origin("path", raw.canonical_url or raw.url, rule="no post number: the path")


def _url(raw: RawArticle) -> Iterator[Origin]:
    if raw.canonical_url:
        yield Origin("declared", raw.canonical_url, rule="the address the page gives itself")
    if raw.url != raw.canonical_url:
        use: Use = "other" if raw.canonical_url else "used"
        yield Origin("answer", raw.url, rule="the address that answered", use=use)


def _left_out(reading: Reading) -> Iterator[Origin]:
    """The paragraphs of the body that are not in the text, the byline among them."""
    kept, byline = list(reading.body.end.paragraphs), _byline_lines(reading.body.end)
    for index, paragraph in enumerate(reading.body.printed):
        if kept and paragraph.startswith(kept[0]):
            kept.pop(0)
        else:
            rule = "the byline" if index in byline else None
            yield Origin(f"paragraph {index + 1}", paragraph, rule=rule, use="left_out")


def _byline_lines(end: ArticleEnd) -> range:
    """Return the indices of the paragraphs that are the byline; a line each."""
    if end.byline_index is None or end.byline_raw is None:
        return range(0)
    return range(end.byline_index, end.byline_index + len(end.byline_raw.splitlines()))


def _dateline(reading: Reading) -> Iterator[Origin]:
    body = reading.body
    if body.dateline:
        is_on_text = body.paragraphs != body.end.paragraphs
        yield Origin("paragraph 1 of the text" if is_on_text else "description", body.dateline.raw)


def _dates(read: ReadDate) -> Iterator[Origin]:
    """Every place that prints the date, in the order in which they are trusted."""
    for each in read.candidates:
        yield _date(each, "used" if each.printed is read.printed else "other")


def _date(candidate: DateCandidate, use: Use) -> Origin:
    printed, value = candidate.printed, candidate.value
    if value is None:
        return Origin(printed.source, printed.raw, error=candidate.error, use="unreadable")
    reading = ", ".join((f"{to_json(value.value)} to the {value.precision}", *value.flags))
    return Origin(printed.source, printed.raw, reading, value.rule, use=use)


def _events(reading: Reading) -> Iterator[Origin]:
    description = reading.body.description or ""
    for event in reading.article.event_dates:
        source = "description" if event.raw in description else "paragraph 1 of the text"
        days = f"{event.date} to {event.end}" if event.end else f"{event.date}"
        part = f", {event.part_of_day}" if event.part_of_day else ""
        yield Origin(source, event.raw, days + part)


def _byline(raw: RawArticle, reading: Reading) -> Iterator[Origin]:
    """The printed line and its place; where there is none, the lines it would stand in."""
    end, printed = reading.body.end, reading.body.printed
    if end.byline_raw is None:
        for number in range(max(1, len(printed) - LAST_LINES + 1), len(printed) + 1):
            yield Origin(f"paragraph {number} of {len(printed)}", printed[number - 1], use="seen")
    elif end.byline_index is None:
        yield from _value(raw.byline)
    else:
        place = f"paragraph {end.byline_index + 1} of {len(printed)}"
        is_tail = "byline_in_text" in end.flags
        yield Origin(f"end of {place}" if is_tail else place, end.byline_raw)


def _from_byline(article: Article, is_named: bool) -> Iterator[Origin]:
    if is_named and article.byline_raw:
        yield Origin("byline_raw", article.byline_raw)


def _section(categories: Iterable[RawTerm], article: Article) -> Iterator[Origin]:
    for term in categories:
        if term.name == article.article_section:
            rule = "the category in the article's address, else the first printed"
            yield Origin("categories", term.url or term.name, rule=rule)
            return


def _terms(terms: Iterable[RawTerm]) -> Iterator[Origin]:
    for term in terms:
        yield Origin("link", term.url or "", rule=term.name)
