"""
What a forked process forgets. It has none of its parent's threads: locks may be held for ever there, and nothing that runs ends.

Nothing here forks; programs that use `multiprocessing` may, and run kernels of the CPU in both processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable


def forget_in_child(forget: Callable[[], None]) -> None:
    """Calls `forget` in every process that is forked from this one, before anything else runs there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forget)
