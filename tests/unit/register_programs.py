"""
Programs that the register model is measured on: families that vary what is live where, and what stands there.

Those of the layout corpus and examples/ come on top (`committed`); tests/e2e/random_programs.py has what nobody wrote with
registers in mind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Program:
    """A program and how it is compiled."""

    name: str
    text: str
    executor: str = "auto"
    elide: bool = True
    entry: str | None = None
    """Which kernel, if there are several."""


def committed(folder: Path) -> list[Program]:
    """The programs of a folder, as a user would compile them and with all their machinery."""
    found: list[Program] = []
    for path in sorted(folder.glob("*.mlir")):
        text = path.read_text()
        kernels = re.findall(r"^func\.func @(\w+)\(.*attributes \{[^}]*task\.kernel", text, re.MULTILINE)
        for entry in kernels if len(kernels) > 1 else [None]:
            name = path.stem if entry is None else f"{path.stem} {entry}"
            found += [Program(name, text, entry=entry), Program(f"{name}, dynamic", text, "dynamic", False, entry)]
    return found


CHILD = "async.func @child(%x: i32) -> !async.value<i32> {\n  return %x : i32\n}\n"

HEAD = """func.func @k(%a: memref<?xT>, %o: memref<?xT>, %x: i32, %n: index, %ints: memref<?xi32>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = task.instance : index
"""

EVENTS = {
    "nothing": "",
    "yield": "task.yield_now",
    "start": "%h = async.call @child(%x) : (i32) -> !async.value<i32>",
    "alloc": "%array = memref.alloc(%n) : memref<?xi32>\n  memref.store %x, %array[%c0] : memref<?xi32>",
    "channel": "%ch = task.channel %c1 : !task.channel<i32>",
    "send": "%ch = task.channel %c1 : !task.channel<i32>\n  task.send %x, %ch : !task.channel<i32>",
    "receive": "%ch = task.channel %c1 : !task.channel<i32>\n  %v, %ok = task.recv %ch : !task.channel<i32>\n"
    "  memref.store %v, %ints[%c0] : memref<?xi32>",
    "group": "%g = async.create_group %c1 : !async.group\n  async.await_all %g",
    "full group": "%g = async.create_group %c1 : !async.group\n  %h = async.call @child(%x) : (i32) -> !async.value<i32>\n"
    "  %r = async.add_to_group %h, %g : !async.value<i32>\n  async.await_all %g",
    "await": "%h = async.call @child(%x) : (i32) -> !async.value<i32>\n  %v = async.await %h : !async.value<i32>\n"
    "  memref.store %v, %ints[%c0] : memref<?xi32>",
    "reduce": "%v = gpu.subgroup_reduce add %x : (i32) -> i32\n  task.yield_now\n  memref.store %v, %ints[%c0] : memref<?xi32>",
    "assert": "%v = memref.load %ints[%c0] : memref<?xi32>\n  %fine = arith.cmpi sge, %v, %x : i32\n  cf.assert %fine, \"fine\"",
}  # fmt: skip


def _renamed(event: str, number: int) -> str:
    """The event's text with names of its own."""
    for name in ("%h", "%array", "%ch", "%v", "%ok", "%g", "%r", "%fine"):
        for after in (" ", ",", ")", "[", "\n"):
            event = event.replace(name + after, f"{name}_{number}{after}")
        if event.endswith(name):
            event += f"_{number}"
    return event


def across(event: str, live: int, type_: str = "f32", times: int = 1) -> str:
    """`live` values are loaded, something happens, and products of the values are stored."""
    multiply = "mulf" if type_.startswith("f") else "muli"
    lines = [CHILD + HEAD.replace("T", type_)]
    for i in range(live):
        lines += [f"  %i{i} = arith.constant {i} : index", f"  %j{i} = arith.addi %first, %i{i} : index"]
        lines.append(f"  %v{i} = memref.load %a[%j{i}] : memref<?x{type_}>")
    lines += [f"  {_renamed(EVENTS[event], number)}" for number in range(times)]
    for i in range(live):
        lines.append(f"  %w{i} = arith.{multiply} %v{i}, %v{(i + 1) % live} : {type_}")
        lines.append(f"  memref.store %w{i}, %o[%j{i}] : memref<?x{type_}>")
    return "\n".join([*lines, "  return", "}"])


def summed(count: int, type_: str) -> str:
    """All values are loaded, then added up one by one: the order of the text needs more than another one."""
    add = "addf" if type_.startswith("f") else "addi"
    lines = [HEAD.replace("T", type_)]
    for i in range(count):
        lines += [f"  %i{i} = arith.constant {i} : index", f"  %j{i} = arith.addi %first, %i{i} : index"]
        lines.append(f"  %v{i} = memref.load %a[%j{i}] : memref<?x{type_}>")
    total = "%v0"
    for i in range(1, count):
        lines.append(f"  %s{i} = arith.{add} {total}, %v{i} : {type_}")
        total = f"%s{i}"
    return "\n".join([*lines, f"  memref.store {total}, %o[%first] : memref<?x{type_}>", "  return", "}"])


def accumulated(count: int, type_: str, event: str = "nothing") -> str:
    """A loop with `count` accumulators of the powers of what it loads."""
    floating = type_.startswith("f")
    add, multiply, zero = ("addf", "mulf", "0.0") if floating else ("addi", "muli", "0")
    types = ", ".join([type_] * count)
    lines = [CHILD + HEAD.replace("T", type_), f"  %zero = arith.constant {zero} : {type_}"]
    starts = ", ".join(f"%s{i} = %zero" for i in range(count))
    lines.append(f"  %sums:{count} = scf.for %i = %first to %n step %c1 iter_args({starts}) -> ({types}) {{")
    lines.append(f"    %p0 = memref.load %a[%i] : memref<?x{type_}>")
    for i in range(count):
        lines.append(f"    %t{i} = arith.{add} %s{i}, %p{i} : {type_}")
        lines.append(f"    %p{i + 1} = arith.{multiply} %p{i}, %p0 : {type_}")
    lines.append(f"    {EVENTS[event]}")
    lines.append(f"    scf.yield {', '.join(f'%t{i}' for i in range(count))} : {types}\n  }}")
    for i in range(count):
        lines += [f"  %i{i} = arith.constant {i} : index", f"  %j{i} = arith.addi %first, %i{i} : index"]
        lines.append(f"  memref.store %sums#{i}, %o[%j{i}] : memref<?x{type_}>")
    return "\n".join([*lines, "  return", "}"])


def computed(expression: str, type_: str, event: str) -> str:
    """One operation on loaded values."""
    lines = [CHILD + HEAD.replace("T", type_), f"  %u = memref.load %a[%first] : memref<?x{type_}>"]
    lines += [f"  %v = memref.load %o[%first] : memref<?x{type_}>", f"  {EVENTS[event]}", f"  %w = {expression} : {type_}"]
    return "\n".join([*lines, f"  memref.store %w, %o[%first] : memref<?x{type_}>", "  return", "}"])


def many_machines(count: int, nested: bool) -> str:
    """That many machines, each started and awaited once: by the kernel, or each by the next."""
    lines: list[str] = []
    for i in range(count):
        lines.append(f"async.func @c{i}(%x: i32) -> !async.value<i32> {{\n  %c = arith.constant {i + 3} : i32")
        lines.append("  %y = arith.muli %x, %c : i32\n  task.yield_now")
        if nested and i:
            lines.append(f"  %h = async.call @c{i - 1}(%y) : (i32) -> !async.value<i32>\n  %v = async.await %h : !async.value<i32>")
        lines.append(f"  %z = arith.addi {'%v' if nested and i else '%y'}, %x : i32\n  return %z : i32\n}}")
    lines.append(HEAD.replace("T", "i32"))
    for i in (count - 1,) if nested else range(count):
        lines.append(f"  %h{i} = async.call @c{i}(%x) : (i32) -> !async.value<i32>\n  %v{i} = async.await %h{i} : !async.value<i32>")
        lines.append(f"  memref.store %v{i}, %o[%c0] : memref<?xi32>")
    return "\n".join([*lines, "  return", "}"])


EXPRESSIONS = {
    "f32": ("arith.divf %u, %v", "math.sin %u", "math.powf %u, %v", "math.exp %u"),
    "f64": ("arith.divf %u, %v", "math.sqrt %u", "math.powf %u, %v", "math.log %u"),
    "i64": ("arith.divsi %u, %v", "arith.muli %u, %v"),
    "i32": ("arith.remui %u, %v",),
}


def synthetic() -> Iterator[Program]:
    """The generated families that the model's shape and constants were chosen on."""
    for event in EVENTS:
        for live in (0, 4, 8, 16, 32, 48, 64):
            yield Program(f"{event} across {live} f32", across(event, live), "auto" if event == "nothing" else "dynamic", False)
    for type_ in ("f64", "i64", "f16", "i32"):
        for event in ("nothing", "yield"):
            for live in (2, 8, 16, 32):
                yield Program(f"{event} across {live} {type_}", across(event, live, type_))
    for event in ("start", "channel", "await", "send", "receive"):
        for times, live in ((4, 0), (10, 0), (4, 16), (10, 16)):
            yield Program(f"{times} x {event} across {live} f32", across(event, live, times=times), "dynamic", False)
    for nested in (False, True):
        for count in (1, 2, 4, 8, 12):
            yield Program(f"{count} machines{', nested' * nested}", many_machines(count, nested), "dynamic", False)
    for type_ in ("f32", "f64", "i32"):
        for count in (1, 4, 8, 16, 32):
            yield Program(f"sum of {count} {type_}", summed(count, type_))
            for event in ("nothing", "yield"):
                yield Program(f"{count} accumulators {type_}, {event}", accumulated(count, type_, event))
    for type_, expressions in EXPRESSIONS.items():
        for expression in expressions:
            for event in ("nothing", "yield"):
                yield Program(f"{expression.split()[0]} {type_}, {event}", computed(expression, type_, event))


def held_out() -> Iterator[Program]:
    """Members of the families that the model was not fitted on: other sizes, types and events together."""
    for event in EVENTS:
        for live in (6, 20, 36):
            yield Program(f"{event} across {live} f32", across(event, live), "auto" if event == "nothing" else "dynamic", False)
        yield Program(f"{event} across 14 i8", across(event, 14, "i8"), "auto" if event == "nothing" else "dynamic", False)
    for type_ in ("f64", "i32"):
        for count in (5, 10, 20):
            yield Program(f"sum of {count} {type_}", summed(count, type_))
            yield Program(f"{count} accumulators {type_}", accumulated(count, type_))
    for nested in (False, True):
        for count in (5, 7, 9):
            yield Program(f"{count} machines{', nested' * nested}", many_machines(count, nested), "dynamic", False)
