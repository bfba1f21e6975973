"""For all tests: every layout is checked; those marked `gpu` are skipped, with the reason, where no GPU can be used."""

from __future__ import annotations

import functools

import pytest
from checked_layouts import check_all_layouts

from asyncir.tools.doctor import gpu_problem


@functools.cache
def problem() -> str | None:
    return gpu_problem()


def pytest_configure() -> None:
    check_all_layouts()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") is not None and (reason := problem()) is not None:
        pytest.skip(f"no GPU: {reason}")
