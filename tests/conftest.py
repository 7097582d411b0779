"""What more than one test module needs set up and taken down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.storage.seen import SeenStore

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def seen() -> Iterator[SeenStore]:
    """An empty state, in memory."""
    store = SeenStore(None)
    yield store
    store.close()
