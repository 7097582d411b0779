"""Why a record says what it says: every field with what it was read from, and by which rule."""

from crawler.explain.findings import Explanation, Finding, Origin, explain_article
from crawler.explain.refusals import explain_refusal
from crawler.explain.sources import declared_url, holds_post, missing_parts, read_source
from crawler.explain.table import table_lines

__all__ = [
    "Explanation",
    "Finding",
    "Origin",
    "declared_url",
    "explain_article",
    "explain_refusal",
    "holds_post",
    "missing_parts",
    "read_source",
    "table_lines",
]
