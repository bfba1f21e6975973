"""
Which interleavings the explorer runs.

By itself a thread runs until it waits (a pause, or reading again what it has read), or for a *turn* of some actions; then the next
in the ring that does not wait. A *deviation* is any other choice: another thread in front of an action, another than the next in
the ring, or an older value in an atomic load. For each length of a turn all runs with at most n deviations are explored, for
n = 0, 1, 2 … (delay bounding: Emmi, Qadeer, Rakamarić, POPL 2011; most errors need one or two); then runs that deviate at random.
Endless turns have few changes, so that one deviation shows what a single interruption does; short turns have everything overlap.

Not explored: switching threads in front of a store or count in a word that nobody has read so far; and what follows a state that was
reached before, in another run, with as many deviations left.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from asyncir.dialects.locations import location_of
from asyncir.reference.explore_ops import Action
from asyncir.reference.explore_threads import State, Thread, Threads
from asyncir.reference.faults import broken

HANG = 100
"""A run hangs when every thread has begun to wait so often, and nobody changed memory."""
MAX_RUN = 5_000
"""A run hangs that has more actions."""


STOP = -1
"""The thread number of the host that stops the launch."""


Key: TypeAlias = tuple[int, int, int, int]


class Choice(NamedTuple):
    """Thread number (or STOP), how old a value it reads, and how many deviations that is."""

    thread: int
    age: int
    cost: int


class Step(NamedTuple):
    """A choice that was made: the thread, and the operation that it performed."""

    thread: int
    age: int
    action: object


@dataclass(slots=True)
class Node:
    """A state from which other choices are left to try."""

    state: State
    current: int
    held: int
    left: list[Choice]
    budget: int
    stale: int
    depth: int


@dataclass
class Limits:
    """When to stop."""

    deviations: int
    turns: tuple[int, ...]
    """The lengths of turns in actions, 0 for endless ones."""
    stale: int
    runs: int
    seconds: float
    samples: int


@dataclass
class Progress:
    """What was done."""

    runs: int = 0
    pruned: int = 0
    sampled: int = 0
    bound: int = -1
    """All runs with so many deviations were explored; -1: not even the first."""
    path: list[Step] = field(default_factory=list[Step])


class OutOfBudget(Exception):
    """The search has used up its runs or its time."""


class Search:
    """Runs the threads in many ways; `finish` looks at the end of each run and raises what is wrong with it."""

    def __init__(self, threads: Threads, finish: Callable[[], None], limits: Limits) -> None:
        self.threads = threads
        self.finish = finish
        self.limits = limits
        self.progress = Progress()
        self._turn = 0
        self._held = 0
        """How many actions of its turn the current thread has had."""
        self._visited: dict[Key, tuple[int, int]] = {}
        self._trail: list[tuple[int, Key]] = []
        self._on_trail: set[Key] = set()
        """The states of this run that were looked up, and how far in it each stands: who comes to one again runs in a circle."""
        self._read: set[int] = set()
        self._deadline = time.monotonic() + limits.seconds
        self._random: random.Random | None = None

    def run(self) -> None:
        """Explores; raises the first error that it finds."""
        start = self.threads.save()
        try:
            for bound in range(self.limits.deviations + 1):
                for turn in self.limits.turns:
                    self._turn = turn
                    self._systematic(start, bound)
                self.progress.bound = bound
            for seed in range(1, self.limits.samples + 1):
                self._sample(start, seed)
        except OutOfBudget:
            return

    # ---------------------------------------------------------------------------------------------------------- systematic

    def _systematic(self, start: State, bound: int) -> None:
        nodes: list[Node] = []
        path = self.progress.path
        self.threads.restore(start)
        path.clear()
        self._cut_trail(0)
        current, budget, stale = 0, bound, self.limits.stale
        self._held = 0
        while True:
            going = self._follow(nodes, current, budget, stale)
            self._count_run(pruned=not going)
            while nodes and not nodes[-1].left:
                nodes.pop()
            if not nodes:
                return
            node = nodes[-1]
            choice = node.left.pop()
            self.threads.restore(node.state)
            self._held = node.held
            del path[node.depth :]
            self._cut_trail(node.depth)
            current = node.current if choice.thread == STOP else choice.thread
            budget, stale = node.budget - choice.cost, node.stale - (choice.age > 0)
            self._perform(choice, node.current)

    def _count_run(self, *, pruned: bool) -> None:
        progress = self.progress
        progress.runs += 1
        progress.pruned += pruned
        if progress.runs >= self.limits.runs or time.monotonic() > self._deadline:
            raise OutOfBudget

    def _follow(self, nodes: list[Node], current: int, budget: int, stale: int) -> bool:
        """To the end of the run, leaving behind the nodes at which there are other choices; False if it came to a known state."""
        while True:
            choices = self._choices(current)
            if not choices:
                self.finish()
                return True
            if len(choices) > 1 and budget > 0:
                if self._known(current, budget, stale):
                    return False
                left = [c for c in choices[:0:-1] if c.cost <= budget and (c.age == 0 or stale > 0)]
                if left:
                    nodes.append(Node(self.threads.save(), current, self._held, left, budget, stale, len(self.progress.path)))
            elif budget < self.limits.deviations and len(self.progress.path) % 4 == 0 and self._known(current, budget, stale):
                return False
            self._perform(choices[0], current)
            current = choices[0].thread

    def _known(self, current: int, budget: int, stale: int) -> bool:
        key = self.threads.fingerprint(), current, self._turn, self._held if self._turn else 0
        if key in self._on_trail:
            return False
        self._trail.append((len(self.progress.path), key))
        self._on_trail.add(key)
        known = self._visited.get(key)
        if known is not None and known[0] >= budget and known[1] >= stale:
            return True
        self._visited[key] = budget, stale
        return False

    def _cut_trail(self, depth: int) -> None:
        """The run is as long as that again."""
        while self._trail and self._trail[-1][0] > depth:
            self._on_trail.discard(self._trail.pop()[1])

    # ------------------------------------------------------------------------------------------------------------ at random

    def _sample(self, start: State, seed: int) -> None:
        generator = random.Random(seed)
        often = generator.choice((0.02, 0.1, 0.3, 0.6))
        self.threads.restore(start)
        self.progress.path.clear()
        current = 0
        while choices := self._choices(current):
            choice = generator.choice(choices) if generator.random() < often else choices[0]
            self._perform(choice, current)
            current = current if choice.thread == STOP else choice.thread
        self.finish()
        self.progress.sampled += 1
        self._count_run(pruned=False)

    # -------------------------------------------------------------------------------------------------------------- choices

    def _perform(self, choice: Choice, current: int) -> None:
        threads, path = self.threads, self.progress.path
        if choice.thread == STOP:
            path.append(Step(STOP, 0, None))
            threads.stop()
            return
        thread = threads.threads[choice.thread]
        thread.yielded = False
        self._held = self._held + 1 if choice.thread == current else 1
        path.append(Step(choice.thread, choice.age, thread.pending))
        threads.perform(thread, choice.age)
        if threads.quiet > HANG * len(threads.threads):
            raise broken("hang", thread.pending.op if thread.enabled else None, "all threads wait, and nobody changes anything any more")
        if len(path) > MAX_RUN:
            raise broken("hang", None, f"the threads have not ended after {MAX_RUN} actions")

    def _choices(self, current: int) -> list[Choice]:
        """What can happen next, first what happens without a deviation."""
        threads = self.threads.threads
        able = [t for t in threads[current:] + threads[:current] if t.enabled]
        if not able:
            return []
        ready = [t for t in able if not t.yielded]
        if not ready:
            for t in able:
                t.yielded = False
            ready = able[1:] + able[:1] if able[0].number == current else able
        first = ready[0]
        if self._turn and self._held >= self._turn and first.number == current and len(ready) > 1:
            first = ready[1]
        version = self.threads.memory.version
        choices = [Choice(first.number, age, int(age > 0)) for age in range(self._ages(first))]
        if self.threads.stop_word is not None and self._place(first) == self.threads.stop_word:
            choices.append(Choice(STOP, 0, 1))
        if first.number != current or self._contended(first):
            for t in able:
                if t is not first and (not t.yielded or t.looked != version):
                    choices += [Choice(t.number, age, 1 + int(age > 0)) for age in range(self._ages(t))]
        return choices

    def _ages(self, thread: Thread) -> int:
        action = thread.pending
        if not isinstance(action, Action) or self.limits.stale == 0:
            return 1
        self.threads.memory.thread = thread.number
        return action.may_age(thread.frames[-1].registers, self.threads.memory)

    def _place(self, thread: Thread) -> int | None:
        """The word that a thread's action is about."""
        action = thread.pending
        return action.place(thread.frames[-1].registers) if isinstance(action, Action) and action.place is not None else None

    def _contended(self, thread: Thread) -> bool:
        """Whether it can matter that others run before the action in front of which a thread stands."""
        action, place = thread.pending, self._place(thread)
        if place is None:
            return True
        if action.reads:
            self._read.add(place)
        return place in self._read


def describe(path: list[Step]) -> tuple[str, ...]:
    """A run in words: where threads changed, and which loads returned an older value."""
    lines: list[str] = []
    last = -1
    for step in path:
        if step.thread == STOP:
            lines.append("the host stops the launch")
            continue
        op = getattr(step.action, "op", None)
        where = "" if op is None else f"'{op.name}' at {location_of(op)}"
        if step.thread != last:
            lines.append(f"thread {step.thread} goes on with {where}")
            last = step.thread
        if step.age:
            lines.append(f"thread {step.thread} reads a value {step.age} older: {where}")
    return tuple(lines)
