"""Names for symbols that a module does not have yet."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp, StringAttr


class Names:
    """The symbols of a module, and fresh ones."""

    def __init__(self, module: ModuleOp) -> None:
        found = (op.get_attr_or_prop("sym_name") for op in module.ops)
        self._taken = {name.data for name in found if isinstance(name, StringAttr)}
        self._next: dict[str, int] = {}

    def fresh(self, prefix: str) -> str:
        """The prefix and the lowest number that makes a name not taken yet; the name is taken then."""
        number = self._next.get(prefix, 0)
        while f"{prefix}{number}" in self._taken:
            number += 1
        self._next[prefix] = number + 1
        self._taken.add(f"{prefix}{number}")
        return f"{prefix}{number}"

    def take(self, name: str) -> str:
        """`name` itself if it is free, else with a number; the name is taken then."""
        if name in self._taken:
            return self.fresh(f"{name}_")
        self._taken.add(name)
        return name
