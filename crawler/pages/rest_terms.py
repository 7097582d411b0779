"""Categories as WordPress's REST API gives them: ``/wp-json/wp/v2/categories``."""

from __future__ import annotations

import json
from dataclasses import dataclass

from crawler.exceptions import DiscoveryError


@dataclass(frozen=True, slots=True)
class RestTerm:
    """A category: its number, its slug, and its parent's number (0 for none)."""

    id: int
    slug: str
    parent: int


def parse_rest_terms(body: bytes, url: str) -> tuple[RestTerm, ...]:
    """Return the categories of one answer.

    Raises:
        DiscoveryError: the answer is no list of categories.
    """
    try:
        return tuple(
            RestTerm(int(term["id"]), str(term["slug"]), int(term["parent"]))
            for term in json.loads(body)
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DiscoveryError(url, "no list of categories") from error


def with_children(terms: tuple[RestTerm, ...], slug: str) -> list[int]:
    """Return the numbers of the category `slug` and of all below it, sorted; [] for none.

    >>> news, politics = RestTerm(2, "tin-tuc", 0), RestTerm(3, "chinh-tri", 2)
    >>> with_children((politics, news), "tin-tuc")
    [2, 3]
    """
    wanted = {term.id for term in terms if term.slug == slug}
    size = -1
    while size != len(wanted):
        size = len(wanted)
        wanted |= {term.id for term in terms if term.parent in wanted}
    return sorted(wanted)
