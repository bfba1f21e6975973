"""What a wrong layout is told."""

from __future__ import annotations

from asyncir.errors import InternalError


class LayoutError(InternalError):
    """A laid-out machine is not the machine it was made from."""
