"""Programs that cannot be compiled: each is rejected with exactly the message that stands behind it."""

from __future__ import annotations

import pytest
from rejected_programs import Rejected, programs

PROGRAMS = list(programs())


@pytest.mark.parametrize("program", PROGRAMS, ids=[f"{program.file.stem}: {program.name}" for program in PROGRAMS])
def test_message(program: Rejected) -> None:
    assert program.message and program.error() == program.message


def test_there_are_many() -> None:
    assert len({(program.file, program.name) for program in PROGRAMS}) >= 60
