from __future__ import annotations

import pickle

import pytest

from asyncir.errors import (
    AsyncirError,
    DeadlineError,
    DeadlockError,
    InputError,
    InternalError,
    IsolationError,
    Location,
    ResourceError,
    TaskError,
    TaskReport,
)

SOURCE = "first\n\tsecond line\nthird\n"


def test_location_is_shown_as_editors_expect() -> None:
    assert str(Location("f.mlir", 2, 5)) == "f.mlir:2:5"


def test_render_points_at_the_column_below_the_same_tabs() -> None:
    error = InputError("bad", Location("f.mlir", 2, 9), notes=[("see", Location("f.mlir", 3, 1))], help="do good")
    assert error.render(SOURCE) == (
        "f.mlir:2:9: error: bad\n  \tsecond line\n  \t       ^\nf.mlir:3:1: note: see\n  third\n  ^\nhelp: do good"
    )


def test_render_without_source_or_location() -> None:
    error = InputError("bad", notes=[("see", None)])
    assert error.render(SOURCE) == "error: bad\nnote: see"
    assert str(InputError("bad", Location("f", 1, 2))) == "f:1:2: bad"


def test_render_of_a_line_that_does_not_exist_shows_no_source() -> None:
    assert InputError("bad", Location("f", 99, 1)).render(SOURCE) == "f:99:1: error: bad"


def test_notes_in_other_files_show_no_line_of_this_one() -> None:
    error = InputError("bad", Location("f", 1, 1), notes=[("see", Location("g", 1, 1))])
    assert error.render(SOURCE) == "f:1:1: error: bad\n  first\n  ^\ng:1:1: note: see"


def test_a_long_line_is_cut_around_the_caret() -> None:
    source = "a" * 5000 + "X" + "b" * 95_000
    line, caret = InputError("bad", Location("f", 1, 5001)).render(source).split("\n")[1:]
    assert len(line) < 200
    assert line[caret.index("^")] == "X"


def test_a_column_past_the_end_points_behind_the_line() -> None:
    assert InputError("bad", Location("f", 1, 50)).render("abc").split("\n")[2] == "     ^"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("m"), 1),
        (InternalError("m"), 2),
        (TaskError("m", kind="fail"), 3),
        (IsolationError("m"), 3),
        (ResourceError("arena", "--arena"), 3),
        (DeadlockError("m"), 4),
        (DeadlineError("m"), 5),
    ],
)
def test_each_class_has_its_exit_status(error: AsyncirError, status: int) -> None:
    assert error.exit_status == status


def test_task_error_keeps_what_failed() -> None:
    error = TaskError("boom", Location("f", 1, 1), kind="fail", code=7, task="work", notes=[("started here", Location("f", 3, 1))])
    assert (error.kind, error.code, error.task) == ("fail", 7, "work")
    assert error.render() == "f:1:1: error: boom\nf:3:1: note: started here"


def test_resource_error_names_the_option() -> None:
    error = ResourceError("stack", "stack", needed=12, available=8, unit="words", purpose="frame of @f")
    assert error.render() == "error: the stack of 8 words is exhausted (frame of @f, 12 words)\nhelp: launch with a larger stack"
    assert error.kind == "resource"


def test_deadlock_lists_who_waits_for_what() -> None:
    tasks = (
        TaskReport("x", "waiting", "@y", Location("f.mlir", 3, 5), 0),
        TaskReport("y", "running"),
    )
    assert DeadlockError("deadlock", tasks=tasks).render() == (
        "error: deadlock\n  task @x (instance 0) at f.mlir:3:5 waits for @y\n  task @y is running"
    )


def test_a_report_of_many_tasks_names_those_alike_once_and_counts_the_rest() -> None:
    alike = [TaskReport("x", "ready", instance=index) for index in range(1000)]
    assert DeadlineError("deadline", tasks=[*alike, TaskReport("y", "running")]).body() == [
        "  1000 times: task @x is ready",
        "  task @y is running",
    ]
    lines = DeadlineError("deadline", tasks=[TaskReport(f"x{index}", "ready") for index in range(1000)]).render().split("\n")
    assert len(lines) == 34
    assert lines[-1] == "  ... and 968 more lines"


@pytest.mark.parametrize(
    "error",
    [
        InputError("m", Location("f", 1, 2), notes=[("n", None)], help="h"),
        TaskError("m", kind="fail", code=3, task="t"),
        ResourceError("frames", "--frames", 1, 2, location=Location("f", 1, 2)),
        DeadlockError("m", tasks=[TaskReport("x", "waiting", "@y")]),
        IsolationError("m", returncode=-11, signal="SIGSEGV"),
    ],
)
def test_errors_go_through_pickle(error: AsyncirError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.__dict__ == error.__dict__
    assert again.render() == error.render()
