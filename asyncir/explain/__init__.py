"""
How a program will be run and why, in numbers: `Program.explain` and `asyncir explain`. docs/explain.md is the definition.

    records.py, explanation.py    what is said: the JSON, in its shape
    machines.py   of each task: what the split machine must keep, what the laid-out one keeps and copies
    kernels.py    of the kernel: executor, registers and occupancy, predicted and as ptxas says
    prediction.py what is predicted without ptxas, and where frames stand
    grid.py       the blocks of a launch, and what limits how many fit
    text.py       the same for people to read

Everything is read off the program itself as it is lowered. What cannot be known is None, and a note says why.
"""

from __future__ import annotations

from asyncir.explain.build import explain
from asyncir.explain.explanation import Explanation
from asyncir.explain.records import Kernel, Machine, Role, State, Suspension

__all__ = ["Explanation", "Kernel", "Machine", "Role", "State", "Suspension", "explain"]
