"""Each .mlir file below this folder is a test: its RUN lines must succeed, one after the other."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import run_lines


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".mlir" or "Inputs" in file_path.parts:
        return None
    return FileCheckFile.from_parent(parent, path=file_path)


@functools.cache
def available() -> set[str]:
    return run_lines.features()


class FileCheckFile(pytest.File):
    """A file that is one test."""

    def collect(self) -> Iterator[pytest.Item]:
        yield FileCheckTest.from_parent(self, name="run")


class RunLineError(Exception):
    """A RUN line failed."""


class FileCheckTest(pytest.Item):
    """All RUN lines of a file."""

    def runtest(self) -> None:
        script = run_lines.read_script(self.path)
        if not script.commands:
            raise RunLineError("the file has no RUN line")
        if reason := script.skip_reason(available()):
            pytest.skip(reason)
        scratch = self.config._tmp_path_factory.mktemp(self.path.stem)  # type: ignore[attr-defined]  # as tmp_path has it
        values = run_lines.substitutions(self.path, scratch)
        for command in script.commands:
            expanded = run_lines.expand(command, values)
            outcome = run_lines.run(expanded)
            if outcome.status != 0:
                raise RunLineError(f"exit status {outcome.status} of\n  {expanded}\n{outcome.output}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, RunLineError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.path.name
