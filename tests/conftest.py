"""
For all tests: every layout is checked; kernels are compiled, never taken from the cache; those marked `gpu` are skipped, with the reason,
where no GPU can be used; those marked `exhaustive`, full products of which the others are a part, run with `--exhaustive` alone.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import pytest
from checked_layouts import check_all_layouts
from hypothesis import HealthCheck, settings

from asyncir.tools.doctor import gpu_problem

EXHAUSTIVE = "exhaustive: one of very many combinations, of which others are tested each time; runs with --exhaustive alone"


@functools.cache
def problem() -> str | None:
    return gpu_problem()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--exhaustive", action="store_true", help="also run all combinations of what is otherwise tested in some: hours")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", EXHAUSTIVE)
    # How fast inputs are made says more of the machine than of the test.
    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")
    check_all_layouts()
    os.environ["ASYNCIR_CACHE"] = "0"  # What was compiled before would hide what the compiler does; processes that tests start inherit it.


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("exhaustive"):
        return
    left_out = [item for item in items if item.get_closest_marker("exhaustive") is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("exhaustive") is None]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """
    With `-n`, unless `--dist` says otherwise: neighbours run in one process, which then has what they compile already, and a process
    that has no more tests takes some of another's.
    """
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") is not None and (reason := problem()) is not None:
        pytest.skip(f"no GPU: {reason}")
