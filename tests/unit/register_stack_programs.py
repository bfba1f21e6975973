"""Fork-join programs that the register model is measured on: kernels whose lanes have stacks, in families as in register_programs.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from register_programs import CHILD, EVENTS, Program


def task(
    name: str, children: Sequence[str], work: Sequence[str] = (), after: Sequence[str] = (), *, type_: str = "f32", extra: int = 0
) -> str:
    """
    A task of depth %n: `work`, a child for each name, the sum of their results, then `after`. At depth 0 it is a leaf.

    %a and %o are arrays of `type_`, which are the kernel's; %g0, … are `extra` more arguments, each child's are others.
    """
    words = ["i32"] * extra
    parameters = ["%n: i32", "%at: index", f"%a: memref<?x{type_}>", f"%o: memref<?x{type_}>", *(f"%g{i}: i32" for i in range(extra))]
    types = ", ".join(["i32", "index", f"memref<?x{type_}>", f"memref<?x{type_}>", *words])
    values = ", ".join(["%less", "%next", "%a", "%o", *(f"%y{i}" for i in range(extra))])
    inner = ["%less = arith.subi %n, %one : i32", "%width = arith.index_cast %n : i32 to index", "%next = arith.addi %at, %width : index"]
    inner += [*work, *(f"%y{i} = arith.addi %g{i}, %n : i32" for i in range(extra))]
    inner += [f"%h{i} = async.call @{child}({values}) : ({types}) -> !async.value<i32>" for i, child in enumerate(children)]
    inner += [f"%r{i} = async.await %h{i} : !async.value<i32>" for i in range(len(children))]
    total = _sum(inner, [f"%r{i}" for i in range(len(children))], "%t")
    inner += [*after, f"scf.yield {total} : i32"]
    leaf: list[str] = []
    leaf.append(f"scf.yield {_sum(leaf, ['%n', *(f'%g{i}' for i in range(extra))], '%q')} : i32")
    lines = [f"async.func @{name}({', '.join(parameters)}) -> !async.value<i32> {{"]
    lines += ["  %zero = arith.constant 0 : i32", "  %one = arith.constant 1 : i32", "  %small = arith.cmpi sle, %n, %zero : i32"]
    lines += ["  %r = scf.if %small -> (i32) {", *(f"    {line}" for line in leaf)]
    lines += ["  } else {", *(f"    {line}" for line in inner), "  }", "  return %r : i32", "}"]
    return "\n".join(lines)


def _sum(lines: list[str], values: list[str], name: str) -> str:
    """Appends the additions of i32 values, and yields what the sum is called."""
    total = values[0]
    for i, value in enumerate(values[1:]):
        lines.append(f"{name}{i} = arith.addi {total}, {value} : i32")
        total = f"{name}{i}"
    return total


def kernel(type_: str = "f32", *, extra: int = 0, event: str = "nothing") -> str:
    """Starts @f and awaits it; `event` happens before, on the heap."""
    types = ", ".join(["i32", "index", f"memref<?x{type_}>", f"memref<?x{type_}>", *["i32"] * extra])
    values = ", ".join(["%x", "%c0", "%a", "%o", *["%x"] * extra])
    return f"""
{CHILD}
func.func @k(%a: memref<?x{type_}>, %o: memref<?x{type_}>, %x: i32, %n: index, %ints: memref<?xi32>) -> i32 attributes {{task.kernel}} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  {EVENTS[event]}
  %h_f = async.call @f({values}) : ({types}) -> !async.value<i32>
  %r_f = async.await %h_f : !async.value<i32>
  return %r_f : i32
}}"""


def loads(count: int, type_: str) -> list[str]:
    """%v0, %v1, … from %at on."""
    lines: list[str] = []
    for i in range(count):
        lines += [f"%i{i} = arith.constant {i} : index", f"%j{i} = arith.addi %at, %i{i} : index"]
        lines.append(f"%v{i} = memref.load %a[%j{i}] : memref<?x{type_}>")
    return lines


def products(count: int, type_: str) -> list[str]:
    """Products of neighbours, stored."""
    multiply = "mulf" if type_.startswith("f") else "muli"
    lines: list[str] = []
    for i in range(count):
        lines.append(f"%w{i} = arith.{multiply} %v{i}, %v{(i + 1) % count} : {type_}")
        lines.append(f"memref.store %w{i}, %o[%j{i}] : memref<?x{type_}>")
    return lines


def held(children: int, live: int, type_: str = "f32", event: str = "nothing") -> str:
    """`live` values are loaded, children run, products of the values are stored."""
    return task("f", ["f"] * children, loads(live, type_), products(live, type_), type_=type_) + kernel(type_, event=event)


def before(live: int, type_: str = "f32") -> str:
    """All is done with the values before two children run: a segment needs registers for them, the calls keep nothing."""
    return task("f", ["f", "f"], [*loads(live, type_), *products(live, type_)], type_=type_) + kernel(type_)


def handed(count: int) -> str:
    """That many more arguments."""
    return task("f", ["f", "f"], extra=count) + kernel(extra=count)


def chain(count: int, live: int = 0) -> str:
    """That many machines, each of which starts the next one and itself."""
    names = ["f", *(f"f{i}" for i in range(1, count))]
    machines = [task(name, [names[(i + 1) % count], name], loads(live, "f32"), products(live, "f32")) for i, name in enumerate(names)]
    return "\n".join([*machines, kernel()])


def divided(live: int, type_: str = "f32") -> str:
    """A loop that starts a task for each of its turns, in a group; a task computes with `live` values."""
    lines = [f"async.func @leaf(%at: index, %a: memref<?x{type_}>, %o: memref<?x{type_}>) -> !async.token {{"]
    lines += [f"  {line}" for line in [*loads(live, type_), *products(live, type_)]]
    lines += ["  return", "}", f"func.func @k(%a: memref<?x{type_}>, %o: memref<?x{type_}>, %n: index) attributes {{task.kernel}} {{"]
    lines += ["  %c0 = arith.constant 0 : index", "  %c1 = arith.constant 1 : index", "  %g = async.create_group %n : !async.group"]
    lines.append("  scf.for %i = %c0 to %n step %c1 {")
    lines.append(f"    %h = async.call @leaf(%i, %a, %o) : (index, memref<?x{type_}>, memref<?x{type_}>) -> !async.token")
    lines += ["    %rank = async.add_to_group %h, %g : !async.token", "  }", "  async.await_all %g", "  return", "}"]
    return "\n".join(lines)


EXPRESSIONS = {"f32": "math.sin %v0", "f64": "arith.divf %v0, %v1", "i64": "arith.divsi %v0, %v1"}


def computing(type_: str, live: int) -> str:
    """One function or division beside `live` values, before two children run."""
    work = [*loads(live, type_), f"%e = {EXPRESSIONS[type_]} : {type_}", f"memref.store %e, %o[%at] : memref<?x{type_}>"]
    return task("f", ["f", "f"], [*work, *products(live, type_)], type_=type_) + kernel(type_)


def synthetic() -> Iterator[Program]:
    """What the constants for stacks were fitted on, beside examples/."""
    for live in (0, 4, 12, 24, 40):
        yield Program(f"2 calls across {live} f32", held(2, live))
    for live in (4, 16):
        yield Program(f"2 calls across {live} i64", held(2, live, "i64"))
        yield Program(f"1 call across {live} f32", held(1, live))
    for children in (4, 8):
        yield Program(f"{children} calls across 4 f32", held(children, 4))
    for live in (8, 32, 64, 96):
        yield Program(f"{live} f32 before 2 calls", before(live))
    for count in (4, 12):
        yield Program(f"{count} more arguments", handed(count))
    for count, live in ((2, 0), (4, 0), (8, 0), (4, 8)):
        yield Program(f"{count} machines across {live} f32", chain(count, live))
    for live in (4, 48):
        yield Program(f"divided loop, {live} f32", divided(live))
    for event in ("yield", "channel", "receive", "alloc", "full group"):
        yield Program(f"2 calls across 4 f32, {event}", held(2, 4, event=event))
    for type_ in EXPRESSIONS:
        yield Program(f"{EXPRESSIONS[type_].split()[0]} {type_} before 2 calls", computing(type_, 2))


def held_out() -> Iterator[Program]:
    """Other members of the families, on which nothing was fitted."""
    for live in (2, 8, 18, 32):
        yield Program(f"2 calls across {live} f32", held(2, live))
    for live in (6, 12):
        yield Program(f"3 calls across {live} f64", held(3, live, "f64"))
    for children in (3, 6):
        yield Program(f"{children} calls across 8 i32", held(children, 8, "i32"))
    for live in (20, 48, 80):
        yield Program(f"{live} i32 before 2 calls", before(live, "i32"))
    for count in (2, 8):
        yield Program(f"{count} more arguments", handed(count))
    for count, live in ((3, 0), (6, 0), (3, 6)):
        yield Program(f"{count} machines across {live} f32", chain(count, live))
    for live in (16, 32):
        yield Program(f"divided loop, {live} f64", divided(live, "f64"))
    for event in ("start", "send", "assert", "await"):
        yield Program(f"2 calls across 6 f32, {event}", held(2, 6, event=event))
    for type_ in EXPRESSIONS:
        yield Program(f"{EXPRESSIONS[type_].split()[0]} {type_} and 12 more before 2 calls", computing(type_, 12))
