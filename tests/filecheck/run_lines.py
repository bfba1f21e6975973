"""
The RUN lines of a test file, and running them.

A line that only pipes between `asyncir-opt` and `filecheck` runs inside of this process, which saves it half a second; any
other goes to bash. What the lines may say is a part of what lit understands: `lit tests/filecheck` runs the same files.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filecheck.main import main as filecheck_main
from lit.BooleanExpression import BooleanExpression

from asyncir.tools.doctor import gpu_problem
from asyncir.tools.opt import main as opt_main

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 120

EXTERNAL_TOOLS = ("ptxas", "mlir-opt-22", "mlir-translate-22", "mlir-runner-22")
"""What a test may ask for by `REQUIRES:`, beside `gpu`; each is on PATH or its tests are skipped."""


def features() -> set[str]:
    """What this machine has of what tests ask for."""
    found = {tool for tool in EXTERNAL_TOOLS if shutil.which(tool)}
    return found | ({"gpu"} if gpu_problem() is None else set())


def environment() -> dict[str, str]:
    """The console scripts are those installed beside the running Python; each compiles anew."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {"PATH": path, "ASYNCIR_CACHE": "0"}


_KEYWORD = re.compile(r"(RUN|REQUIRES|UNSUPPORTED|XFAIL):(.*)")


@dataclass
class Script:
    """What a test file says about running it."""

    commands: list[str] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def skip_reason(self, available: set[str]) -> str | None:
        for condition in self.requires:
            if not BooleanExpression.evaluate(condition, available):
                return f"needs {condition}"
        for condition in self.unsupported:
            if BooleanExpression.evaluate(condition, available):
                return f"not with {condition}"
        return None


def read_script(path: Path) -> Script:
    """The script in a file's comments. Raises ValueError for what lit knows and this does not."""
    script = Script()
    unfinished = False
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _KEYWORD.search(line)
        if match is None or not line.lstrip().startswith("//"):
            continue
        keyword, rest = match.group(1), match.group(2).strip()
        if keyword == "RUN":
            if unfinished:
                script.commands[-1] += " " + rest.removesuffix("\\")
            else:
                script.commands.append(rest.removesuffix("\\"))
            unfinished = rest.endswith("\\")
        elif keyword == "REQUIRES":
            script.requires.append(rest)
        elif keyword == "UNSUPPORTED":
            script.unsupported.append(rest)
        else:
            raise ValueError(f"{path}: {keyword} is not supported here")
    return script


def substitutions(path: Path, scratch: Path) -> dict[str, str]:
    """What stands for itself in a RUN line, as in lit; `%root` is the repository."""
    return {"%s": str(path), "%S": str(path.parent), "%t": str(scratch / f"{path.stem}.tmp"), "%root": str(ROOT)}


def expand(command: str, values: dict[str, str]) -> str:
    """A RUN line with its substitutions made, quoted where the shell needs it."""
    names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))
    return re.sub(rf"%%|(?:{names})(?![A-Za-z0-9_])", lambda match: shlex.quote(values[match[0]]) if match[0] != "%%" else "%", command)


@dataclass
class Outcome:
    """How a command ended; `output` is what it said on both streams, where it was not piped on."""

    status: int
    output: str


def run(command: str) -> Outcome:
    """Run an expanded RUN line."""
    stages = in_process_stages(command)
    return run_stages(stages) if stages is not None else run_shell(command)


# ------------------------------------------------------------------------------------------------------- in this process

TOOLS: dict[str, Callable[[list[str]], int | None]] = {
    "asyncir-opt": opt_main,
    "filecheck": lambda arguments: filecheck_main(["filecheck", *arguments]),
}

_SHELL_CHARACTERS = re.compile(r"[|<>;&$`*?~#\n]")


@dataclass
class Stage:
    """One command of a pipe."""

    tool: str
    arguments: list[str]
    inverted: bool
    merged: bool
    """Whether the standard error joins the standard output."""


def in_process_stages(command: str) -> list[Stage] | None:
    """The stages of a pipe that this process can run itself; None if there is anything else in the command."""
    stages: list[Stage] = []
    for words in _split(shlex.split(command), "|"):
        merged = "2>&1" in words
        words = [word for word in words if word != "2>&1"]
        inverted = words[:1] == ["not"]
        words = words[1:] if inverted else words
        if not words or words[0] not in TOOLS or any(_SHELL_CHARACTERS.search(word) for word in words):
            return None
        stages.append(Stage(words[0], words[1:], inverted, merged))
    return stages


def _split(words: Sequence[str], separator: str) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        if word == separator:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def run_stages(stages: Sequence[Stage]) -> Outcome:
    """Run a pipe, one stage after the other; its status is that of the first stage that failed, as with `pipefail`."""
    piped = b""
    status = 0
    said = ""
    for stage in stages:
        ended, piped, errors = _run_stage(stage, piped)
        said += errors
        status = status or ended
    return Outcome(status, said + piped.decode("utf-8", errors="replace"))


def _run_stage(stage: Stage, given: bytes) -> tuple[int, bytes, str]:
    out, err = io.BytesIO(), io.BytesIO()
    stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    stderr = stdout if stage.merged else io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            status = _status(lambda: TOOLS[stage.tool](stage.arguments))
    finally:
        sys.stdin = stdin
    if stage.inverted:
        status = int(status == 0)
    return status, out.getvalue(), err.getvalue().decode("utf-8", errors="replace")


def _status(tool: Callable[[], int | None]) -> int:
    try:
        return tool() or 0
    except SystemExit as end:  # filecheck ends by it, argparse too after --help
        return end.code if isinstance(end.code, int) else int(end.code is not None)


# ------------------------------------------------------------------------------------------------------------ by the shell

# LLVM's tool of that name, which lit's own shell has built in.
_PRELUDE = 'set -o pipefail; not() { if "$@"; then return 1; else return 0; fi; }; '


def run_shell(command: str) -> Outcome:
    """Run a command by bash."""
    try:
        ended = subprocess.run(
            ["bash", "-c", _PRELUDE + command],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(124, f"no end after {TIMEOUT_SECONDS} s")
    return Outcome(ended.returncode, ended.stdout.decode("utf-8", errors="replace"))
