"""Running coroutines in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; a test that hangs fails."""

    async def limited() -> T:
        async with asyncio.timeout(10):
            return await coroutine

    return asyncio.run(limited())


async def settled() -> None:
    """Until tasks that can go on have done so."""
    for _ in range(5):
        await asyncio.sleep(0)
