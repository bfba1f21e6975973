"""The garbage collector, kept out of the way of passes that make many operations."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Generator[None]:
    """
    While a pass makes hundreds of thousands of operations that all stay, the collector looks through them again and again and finds
    nothing: that takes longer than to make them. Then they are old at once: else the next look would be at all of them.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count() == 0:  # What somebody froze for good stays so.
            gc.freeze()
            gc.unfreeze()
        gc.enable()
