"""The cache of compiled kernels: what makes an entry another one, what is not trusted, many processes, bounds, and that a hit is a hit."""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from cache_writers import key, write_and_find, write_and_read
from xdsl.dialects.builtin import ModuleOp

import asyncir
from asyncir import abi, compiler, lazy_module, program
from asyncir.cache import fingerprint, records, settings, store
from asyncir.cache.settings import problem_of
from asyncir.cache.store import KEY_BYTES, Store, Usage
from asyncir.compiled import Compiled, Options
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError, TaskError
from asyncir.lazy_module import Built
from asyncir.passes import registry
from asyncir.tools import doctor

TWICE = """
async.func @twice(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  return %0 : i32
}
func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %0 = async.call @twice(%x) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  return %1 : i32
}
"""
FAILS = """
func.func @positive(%x: i32) -> i32 attributes {task.kernel} {
  %zero = arith.constant 0 : i32
  %good = arith.cmpi sgt, %x, %zero : i32
  cf.assert %good, "x is positive"
  return %x : i32
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A cache of this test's own, not made yet. The pass that tests register to check layouts counts as the compiler's, and that somebody
    may be editing the compiler while its tests run does not count.
    """
    monkeypatch.setattr(registry, "_ours", dict(registry._targets))
    monkeypatch.setattr(fingerprint, "_own_sources", lambda: fingerprint._AT_START)
    path = tmp_path / "kept" / "here"
    monkeypatch.setenv(settings.CACHE, str(path))
    return path


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The entries that the compiler was really called for."""
    called: list[str] = []
    original = compiler.compile_module

    def counted(module: ModuleOp, entry: str | None, *rest: Any) -> Compiled:
        called.append(str(entry))
        return original(module, entry, *rest)

    monkeypatch.setattr(compiler, "compile_module", counted)
    return called


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


# ---------------------------------------------------------------------------------------------------------------- hits


def test_a_second_program_is_neither_parsed_nor_compiled(folder: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = asyncir.compile(TWICE)
    assert first.run("main", 21, target="cpu").value == 42
    assert compilations == ["main"]

    def not_called(*args: object) -> ModuleOp:
        raise AssertionError("a text that is known is not parsed")

    monkeypatch.setattr(compiler, "read", not_called)
    second = asyncir.compile(TWICE)
    assert (second.level, second.entry_name(), second.result_types()) == ("source", "main", ("i32",))
    assert second.run(None, 4, target="cpu").value == 8
    assert compilations == ["main"]
    assert second.compiled("main") == first.compiled("main")


def test_what_the_module_itself_is_needed_for_still_works(folder: Path) -> None:
    asyncir.compile(TWICE).compiled("main")
    known = asyncir.compile(TWICE)
    assert known.dump("source") == asyncir.compile(TWICE, cache=False).dump("source")
    assert known.run("main", 3, target="reference", instances=2).results[0].tolist() == [6, 6]
    with pytest.raises(InputError, match="there is no entry @mian") as raised:
        known.run("mian", 3, target="cpu")
    assert raised.value.help == "did you mean @main?"


def test_an_executor_with_a_table_of_machines(folder: Path, compilations: list[str]) -> None:
    options = Options(executor="dynamic", elide=False)
    first = asyncir.compile(TWICE).compiled("main", "cpu", options)
    again = asyncir.compile(TWICE).compiled("main", "cpu", options)
    assert len(first.entry.machines) == 2 and first.entry.sites
    assert again == first and again is not first and compilations == ["main"]


def test_entries_survive_with_all_they_can_hold(folder: Path) -> None:
    entry = abi.Entry(
        name="k", executor="dynamic", why="because", scope="lane", statistics=True,
        parameters=("i1", abi.Array("f32", (None, 4, 0), host_visible=True), "index"), results=("f16", "i64"),
        machines=(
            abi.Machine(1, "k", "warp", 48, {0: 3, 2: -1}, 7),
            abi.Machine(2, "f", "lane", 8256, {}, 7, abi.Largest("its arguments", "f.mlir:1:2", 8192, 3, (abi.Kept("%m", "", 8000),))),
        ),
        sites=(abi.Site(3, "await", "dir/ü\udc80.mlir", 4, 5, 'say "this"\n', "task"),),
        location="f.mlir:1:2", waits=False, workspace_bytes=9, stack_words=10, least_stack_words=11, block_warps=12,
        blocks_per_processor=13,
    )  # fmt: skip
    kernel = Compiled(entry, "cuda", "sm_90a", "; llvm\n", "// ptx\n", None)
    there = Store(folder, 1 << 20)
    outline = records.Outline("rt", None, {"k": ("f16", "i64"), "none": ()}, "more: \ud800")
    records.keep(there, b"p" * KEY_BYTES, outline, b"k" * KEY_BYTES, kernel)
    assert records.find_kernel(there, b"k" * KEY_BYTES) == kernel
    assert records.find_outline(there, b"p" * KEY_BYTES) == outline
    assert {field.name for field in fields(abi.Entry)} == set(vars(entry)), "the test names every field"


def test_run_time_errors_are_the_same(folder: Path) -> None:
    told: list[tuple[str, str]] = []
    for _ in range(2):
        one = asyncir.compile(FAILS, filename="positive.mlir")
        with pytest.raises(TaskError) as failed:
            one.run("positive", -1, target="cpu")
        with pytest.raises(InputError) as refused:
            one.run("positive", 1, 2, target="cpu")
        told.append((failed.value.render(FAILS), refused.value.render(FAILS)))
    assert told[0] == told[1]
    assert told[0][0].startswith("positive.mlir:5:3: error:")


def test_what_is_wrong_is_never_kept(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(InputError, match="use of undefined value|undefined"):
            asyncir.compile("func.func @main() -> i32 attributes {task.kernel} { return %0 : i32 }")
    assert not folder.exists()


# ---------------------------------------------------------------------------------------------------------------- keys


def kept_after(folder: Path, text: str | ModuleOp, options: Options | None = None, **more: Any) -> int:
    """How many kernels are kept once this one is compiled too; an outline is kept for each program beside them."""
    asyncir.compile(text, **more).compiled("main", "cpu", options)
    return sum(path.stat().st_size > 500 for path in files(folder))


def test_every_part_of_the_input_counts(folder: Path) -> None:
    assert kept_after(folder, TWICE) == 1
    assert kept_after(folder, TWICE) == 1
    assert kept_after(folder, TWICE, filename="other.mlir") == 2, "locations"
    assert kept_after(folder, TWICE + "\n") == 3, "the text"
    assert kept_after(folder, parse_module(TWICE, "other.mlir", make_context())) == 4, "a module"
    assert kept_after(folder, parse_module(TWICE, "other.mlir", make_context())) == 4
    assert kept_after(folder, parse_module(TWICE, "third.mlir", make_context())) == 5, "a module's locations"


def test_every_option_counts() -> None:
    base = Options()
    others = [
        replace(base, executor="dynamic"), replace(base, elide=False), replace(base, statistics=True), replace(base, policy="union"),
        replace(base, remat="off"), replace(base, arch="sm_80"), replace(base, pipeline="cse"), replace(base, debug=True),
        replace(base, verify_each=True), replace(base, dispatch="sweep"),
    ]  # fmt: skip
    assert len(others) == len(fields(Options)), "an option is missing here"
    program_key = b"p" * KEY_BYTES
    keys = {records.kernel_key(program_key, "main", "cpu", options, "machine") for options in [base, *others]}
    keys |= {
        records.kernel_key(program_key, "other", "cpu", base, "machine"),
        records.kernel_key(program_key, "main", "cuda", base, "machine"),
        records.kernel_key(program_key, "main", "cpu", base, "other machine"),
        records.kernel_key(b"q" * KEY_BYTES, "main", "cpu", base, "machine"),
    }
    assert len(keys) == len(others) + 5


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({fingerprint.digest(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""])}) == 4


def test_the_processor_and_the_library_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = lazy_module._machine
    assert "+" in machine("cpu") and machine("cpu") == machine("cpu")
    library = tmp_path / "libdevice.bc"
    monkeypatch.setenv("ASYNCIR_LIBDEVICE", str(library))
    seen = {machine("cuda")}
    library.write_bytes(b"one")
    seen.add(machine("cuda"))
    library.write_bytes(b"other")
    assert len(seen | {machine("cuda")}) == 3


def test_the_compilers_sources_count(tmp_path: Path) -> None:
    (tmp_path / "inner" / "__pycache__").mkdir(parents=True)
    source, library = tmp_path / "a.py", tmp_path / "inner" / "b.mlir"
    source.write_text("1")
    library.write_text("2")
    digests = [fingerprint.sources_digest(tmp_path)]
    (tmp_path / "inner" / "__pycache__" / "a.py").write_text("not a source")
    (tmp_path / "notes.txt").write_text("neither")
    assert fingerprint.sources_digest(tmp_path) == digests[0]
    os.utime(source, ns=(1, 1))
    digests.append(fingerprint.sources_digest(tmp_path))
    library.write_text("22")
    digests.append(fingerprint.sources_digest(tmp_path))
    library.rename(tmp_path / "inner" / "c.mlir")
    digests.append(fingerprint.sources_digest(tmp_path))
    assert len(set(digests)) == 4


def test_versions_of_packages_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "some_compiler_package"
    package.mkdir()
    (package / "__init__.py").write_text("__version__ = '1'")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(fingerprint._package("some_compiler_package"))
    (package / "__init__.py").write_text("__version__ = '2'")
    assert list(fingerprint._package("some_compiler_package")) != before
    assert "some_compiler_package" not in sys.modules, "a package is not imported to be told apart"
    with pytest.raises(ImportError):
        list(fingerprint._package("no_such_compiler_package"))


def test_sources_that_change_while_a_process_runs_keep_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "_own_sources", lambda: b"changed")
    asyncir.compile(TWICE).compiled("main")
    assert not folder.exists()


def test_what_others_add_to_the_compiler_is_not_kept(folder: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asyncir.compile(TWICE).compiled("main")
    monkeypatch.setattr(registry, "_targets", dict(registry._targets))
    registry.register("scf-to-cf", "asyncir.passes.scf_to_cf:ScfToCfPass2")
    with pytest.raises(InputError, match="ScfToCfPass2"):
        asyncir.compile(TWICE).compiled("main")
    monkeypatch.undo()


def test_policies_of_others_and_pipelines_are_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from asyncir.passes import layout

    def mine(request: layout.Request) -> layout.Layout:
        return layout.find_policy("union")(request)

    monkeypatch.setitem(layout._POLICIES, "mine", mine)
    assert not compiler.is_own(Options(policy="mine"))
    assert compiler.is_own(Options(policy="union", dispatch="fullest-first"))
    asyncir.compile(TWICE).compiled("main", "cpu", Options(policy="mine", executor="dynamic", elide=False))
    asyncir.compile(TWICE).compiled("main", "cpu", Options(pipeline="canonicalize"))
    assert not folder.exists()


# ---------------------------------------------------------------------------------------------- programs that are built


def test_lazy_programs_are_built_when_they_are_needed(folder: Path, compilations: list[str]) -> None:
    built: list[str] = []

    def build() -> Built:
        built.append("once")
        return Built(parse_module(TWICE, "built.mlir", make_context()), f'said "{len(built)}"')

    first = program.lazy(b"twice, version 1", build)
    assert not built
    assert first.run("main", 2, target="cpu").value == 4
    assert (first.level, first.extra, built) == ("source", 'said "1"', ["once"])
    second = program.lazy(b"twice, version 1", build)
    assert second.run(None, 3, target="cpu").value == 6
    assert (second.extra, built, compilations) == ('said "1"', ["once"], ["main"])
    third = program.lazy(b"twice, version 2", build)
    assert third.run("main", 4, target="cpu").value == 8
    assert (third.extra, built, compilations) == ('said "2"', ["once", "once"], ["main", "main"])


def test_a_lazy_program_is_verified_when_it_is_built(folder: Path) -> None:
    wrong = "func.func @main() -> i32 attributes {task.kernel} { cf.br ^bb1\n^bb1:\n %0 = arith.constant 1 : i64\n func.return %0 : i64 }"
    made = program.lazy(b"wrong", lambda: Built(parse_module(wrong, "wrong.mlir", make_context())))
    with pytest.raises(InputError) as raised:
        made.run("main", target="cpu")
    assert raised.value.location is not None and raised.value.location.file == "wrong.mlir"


# ----------------------------------------------------------------------------------------------------- files and trust


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:20] + bytes([data[20] ^ 1]) + data[21:],
        lambda data: b"x" + data[1:],
        lambda data: data + b"more",
    ],
    ids=["empty", "a byte short", "half", "a bit of the code", "a bit of the checksum", "another format", "too long"],
)
def test_damaged_entries_are_dropped(folder: Path, compilations: list[str], damage: Any) -> None:
    asyncir.compile(TWICE).compiled("main")
    for path in files(folder):
        path.write_bytes(damage(path.read_bytes()))
    assert asyncir.compile(TWICE).run("main", 1, target="cpu").value == 2
    assert compilations == ["main", "main"]
    assert asyncir.compile(TWICE).compiled("main") and len(compilations) == 2, "what was dropped is kept anew"


def test_an_entry_under_another_name_is_dropped(tmp_path: Path) -> None:
    there = Store(tmp_path / "kept", 1 << 20)
    one, other = bytes(KEY_BYTES), bytes(KEY_BYTES - 1) + b"\1"
    assert there.put(one, b"code")
    os.rename(there._path(one), there._path(other))
    assert there.get(other) is None
    assert there.usage() == Usage(0, 0)


def test_records_of_another_shape_are_dropped(tmp_path: Path) -> None:
    there = Store(tmp_path / "kept", 1 << 20)
    key = bytes(KEY_BYTES)
    for data in (b"", b"\2\0\0\0{}", b"\2\0\0\0[]", b"\xff\xff\xff\xff", b"\1\0\0\0{", b'\x0c\0\0\0{"code":[9]}'):
        assert there.put(key, data)
        assert records.find_kernel(there, key) is None
        assert there.get(key) is None
        assert there.put(records._outline_key(key), data)
        assert records.find_outline(there, key) is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owner and mode here")
def test_what_others_may_write_is_not_trusted(folder: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asyncir.compile(TWICE).compiled("main")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(folder)} == {0o600}
    folder.chmod(0o777)
    asyncir.compile(TWICE).compiled("main")
    assert len(compilations) == 2, "a directory that others may write into"
    assert "others may write into it" in str(problem_of(folder))
    folder.chmod(0o700)
    kept = files(folder)
    for path in kept:
        path.chmod(0o666)
    asyncir.compile(TWICE).compiled("main")
    assert len(compilations) == 3, "entries that others may write"
    mine = os.geteuid()
    monkeypatch.setattr(settings.os, "geteuid", lambda: mine + 1)
    asyncir.compile(TWICE).compiled("main")
    assert len(compilations) == 4, "somebody else's"
    assert "belongs to another user" in str(problem_of(folder))


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="opening follows links here")
def test_links_and_pipes_are_no_entries(tmp_path: Path) -> None:
    there = Store(tmp_path / "kept", 1 << 20)
    key = bytes(KEY_BYTES)
    there.put(key, b"code")
    path = Path(there._path(key))
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert there.get(key) is None
    path.unlink()
    os.mkfifo(path)
    assert there.get(key) is None


# -------------------------------------------------------------------------------------------------------- off, no room


@pytest.mark.parametrize(("name", "value"), [(settings.CACHE, "0"), (settings.SIZE, "0")])
def test_off(folder: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    for _ in range(2):
        assert asyncir.compile(TWICE).run("main", 1, target="cpu").value == 2
    assert len(compilations) == 2 and not folder.exists()


def test_off_for_one_program(folder: Path, compilations: list[str]) -> None:
    for source in (TWICE, parse_module(TWICE, "f.mlir", make_context())):
        asyncir.compile(source, cache=False).compiled("main")
    assert len(compilations) == 2 and not folder.exists()


def test_where_nothing_can_be_written(tmp_path: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the directory's place stops a superuser too."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(settings.CACHE, str(tmp_path / "file" / "cache"))
    for _ in range(2):
        assert asyncir.compile(TWICE).run("main", 1, target="cpu").value == 2
    assert len(compilations) == 2
    assert problem_of(tmp_path / "file") == f"{tmp_path / 'file'} is no directory"


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", full)
    assert not Store(folder, 1 << 20).put(bytes(KEY_BYTES), b"code")
    assert files(folder) == [], "what was begun is removed"


def test_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, expected in (("", 512 << 20), ("1000", 1000), ("64k", 64 << 10), ("3M", 3 << 20), (" 2G ", 2 << 30)):
        monkeypatch.setenv(settings.SIZE, text)
        assert settings.settings().limit == expected
    for text in ("much", "-1", "1.5G", "1T"):
        monkeypatch.setenv(settings.SIZE, text)
        with pytest.raises(InputError, match="is no size"):
            settings.settings()


def test_a_directory_is_named_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("1", "on", "./cache", "~/cache"):
        monkeypatch.setenv(settings.CACHE, text)
        with pytest.raises(InputError, match="is no absolute path"):
            asyncir.compile(TWICE)


def test_the_users_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(settings.CACHE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    directory = settings.settings().directory
    assert directory is not None and directory.name == "asyncir"
    if sys.platform.startswith("linux"):
        assert directory == tmp_path / "asyncir"


def test_the_oldest_go_when_there_is_no_room(tmp_path: Path) -> None:
    there = Store(tmp_path / "kept", 10_000)
    for number in range(8):
        assert there.put(key(number), bytes(2000))
        os.utime(there._path(key(number)), ns=(number, number))
        assert there.usage().bytes <= 10_000
    assert [number for number in range(8) if there.get(key(number)) is not None] == [4, 5, 6, 7]
    os.utime(there._path(key(4)), ns=(1, 1))
    assert there.get(key(4)) is not None, "which makes it the newest"
    assert there.put(key(8), bytes(2000))
    left = [number for number in range(9) if os.path.exists(there._path(key(number)))]
    assert len(left) == 4 and {4, 8} <= set(left)
    assert not there.put(key(9), bytes(10_000)), "more than there is room for at all"
    assert there.usage().entries == 4


def test_files_of_others_stay_and_what_was_left_unfinished_goes(tmp_path: Path) -> None:
    there = Store(tmp_path / "kept", 3000)
    there.put(key(1), bytes(100))
    for name in ("thesis.tex", "0.kernel", "12-34-5.unfinished", "12-34-6.unfinished"):
        (tmp_path / "kept" / name).write_bytes(bytes(5000))
    old = time.time() - 7200
    os.utime(tmp_path / "kept" / "12-34-5.unfinished", (old, old))
    there.put(key(2), bytes(100))
    assert {path.name for path in files(tmp_path / "kept")} - {path.name for path in map(Path, map(there._path, map(key, (1, 2))))} == {
        "thesis.tex", "0.kernel", "12-34-6.unfinished"
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------ many processes


@pytest.mark.parametrize(("work", "limit"), [(write_and_find, 1 << 20), (write_and_read, 10_000)], ids=["room for all", "too little room"])
def test_many_processes(tmp_path: Path, work: Callable[[str, int, int], None], limit: int) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work, args=(str(tmp_path / "kept"), limit, seed)) for seed in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert not list((tmp_path / "kept").glob("*.unfinished"))
    assert Store(tmp_path / "kept", limit).usage().bytes <= limit


SCRIPT = f"""
import sys
from asyncir import compile
print(compile({TWICE!r}, filename="script.mlir").run("main", int(sys.argv[1]), target="cpu").value)
print(*sorted({{name.split(".")[0] for name in sys.modules}} & {{"xdsl", "numpy", "networkx", "platformdirs"}}))
"""


def test_a_later_process_does_not_load_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.CACHE, str(tmp_path / "kept"))
    said: list[list[str]] = []
    before = fingerprint._own_sources()
    for number in (4, 5):
        command = [sys.executable, "-c", SCRIPT, str(number)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=dict(os.environ))
        said.append(ended.stdout.split("\n"))
    if fingerprint._own_sources() != before:
        pytest.skip("somebody changed the compiler between the two processes")
    assert said[0][0] == "8" and "xdsl" in said[0][1]
    assert said[1][:2] == ["10", ""]


# -------------------------------------------------------------------------------------------------------------- doctor


def test_doctor_tells_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def said() -> str:
        return "".join(finding.line() for finding in doctor.cache())

    assert f"{folder} (0 entries, 0.0 of 512 MiB)" in said()
    asyncir.compile(TWICE).compiled("main")
    assert f"{folder} (2 entries" in said()
    folder.chmod(0o770)
    assert f"not used: {folder} belongs to another user, or others may write into it" in said()
    monkeypatch.setenv(settings.SIZE, "lots")
    assert "not found: ASYNCIR_CACHE_SIZE=lots is no size" in said()
    monkeypatch.delenv(settings.SIZE)
    monkeypatch.setenv(settings.CACHE, "0")
    assert "off: ASYNCIR_CACHE" in said()


def test_doctor_tries_the_compiler_itself(folder: Path, compilations: list[str]) -> None:
    for _ in range(2):
        assert doctor._trial_failure("cpu") is None
    assert compilations == ["trial", "trial"] and not folder.exists()
