"""What more than one test module needs set up and taken down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from crawler.storage.seen import SeenStore

if TYPE_CHECKING:
    from collections.abc import Iterator

# No property is a timed test: on a busy machine only the clock fails. `benchmarks/` measures.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def seen() -> Iterator[SeenStore]:
    """An empty state, in memory."""
    store = SeenStore(None)
    yield store
    store.close()
