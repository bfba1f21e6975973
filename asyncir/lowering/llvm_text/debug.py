"""Line information: `!DILocation`s from the operations' file locations, without types and variables.

`emissionKind: DebugDirectivesOnly` makes NVPTX print `.loc` and `.file` without turning its debug mode on, so code is the same.
"""

from __future__ import annotations

import os.path

from xdsl.ir import Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.locations import location_of
from asyncir.errors import Location
from asyncir.lowering.llvm_text.constants import string_text


class DebugInfo:
    """The metadata of one module; every distinct location is one node."""

    def __init__(self, triple_is_gpu: bool) -> None:
        self._nodes: list[str] = []
        self._files: dict[str, str] = {}
        self._places: dict[tuple[str, int, int], str] = {}
        self._file_scopes: dict[tuple[str, str], str] = {}
        self._kind = "DebugDirectivesOnly" if triple_is_gpu else "LineTablesOnly"
        self._unit = ""
        self._scope = ""
        self._scope_file = ""

    def _node(self, text: str) -> str:
        self._nodes.append(text)
        return f"!{len(self._nodes) - 1}"

    def _file(self, path: str) -> str:
        if path not in self._files:
            directory, name = os.path.split(path)
            self._files[path] = self._node(f"!DIFile(filename: {_quoted(name)}, directory: {_quoted(directory)})")
            if not self._unit:
                self._unit = self._node(
                    f'distinct !DICompileUnit(language: DW_LANG_C99, file: {self._files[path]}, producer: "asyncir", '
                    f"isOptimized: true, runtimeVersion: 0, emissionKind: {self._kind})"
                )
        return self._files[path]

    def enter(self, func: llvm.FuncOp) -> str:
        """Begin a function; the text to attach to its definition. A function of unknown place gets no line information."""
        place = location_of(func)
        self._scope, self._scope_file = "", ""
        if place is None:
            return ""
        file = self._file(place.file)
        kind = self._node("!DISubroutineType(types: null)")
        self._scope_file = place.file
        self._scope = self._node(
            f"distinct !DISubprogram(name: {_quoted(func.sym_name.data)}, scope: {file}, file: {file}, line: {place.line}, "
            f"type: {kind}, scopeLine: {place.line}, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: {self._unit})"
        )
        return f" !dbg {self._scope}"

    def suffix(self, op: Operation) -> str:
        """What to append to the operation's instructions. Line 0 says "no place": LLVM wants every call to have one."""
        if not self._scope:
            return ""
        place = location_of(op) or Location(self._scope_file, 0, 0)
        scope = self._scope_in(place.file)
        key = (scope, place.line, place.column)
        if (known := self._places.get(key)) is None:
            node = self._node(f"!DILocation(line: {place.line}, column: {place.column}, scope: {scope})")
            known = self._places[key] = f", !dbg {node}"
        return known

    def _scope_in(self, path: str) -> str:
        """The function's scope, or one inside it for code that came from another file."""
        if path == self._scope_file:
            return self._scope
        key = (self._scope, path)
        if key not in self._file_scopes:
            self._file_scopes[key] = self._node(f"!DILexicalBlockFile(scope: {self._scope}, file: {self._file(path)}, discriminator: 0)")
        return self._file_scopes[key]

    def metadata(self) -> list[str]:
        """The lines at the end of the module."""
        if not self._unit:
            return []
        flags = [self._node('!{i32 2, !"Debug Info Version", i32 3}'), self._node('!{i32 7, !"Dwarf Version", i32 4}')]
        named = [f"!llvm.dbg.cu = !{{{self._unit}}}", f"!llvm.module.flags = !{{{', '.join(flags)}}}"]
        return named + [f"!{index} = {text}" for index, text in enumerate(self._nodes)]


def _quoted(text: str) -> str:
    return string_text(text.encode())[1:]
