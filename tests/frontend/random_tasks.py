"""Random statements about tasks: gather, create_task, groups, functions defined in functions, channels and queues with both ends."""

from __future__ import annotations

import random
from collections.abc import Callable

from random_expressions import INTEGERS, TYPES, Scope
from random_statements import Body, Statements

ALL = frozenset({"channel", "queue", "group", "try", "array"})
"""Constructs that a caller may leave out."""

PIPES = """
@task
async def send_items(channel: Channel[i32], count: int, x: i32) -> None:
    for i in range(count):
        await channel.send(x * 3 + i)
    channel.close()


@task
async def receive_items(channel: Channel[i32], count: int) -> i32:
    total = i32(0)
    for _ in range(count):
        total = total * 7 + await channel.recv()
    return total


@task
async def receive_all(channel: Channel[i32], count: int) -> i32:
    total = i32(count)
    async for x in channel:
        total = total * 7 + x
    return total


@task
async def put_items(queue: asyncio.Queue, count: int, x: i32) -> None:
    for i in range(count):
        await queue.put(x * 5 - i)


@task
async def take_items(queue: asyncio.Queue, count: int) -> i32:
    total = i32(0)
    for _ in range(count):
        total = total * 7 + await queue.get()
    return total
"""
"""Both ends of channels and queues."""


class Tasks(Statements):
    """Makes statements that run tasks, too."""

    def __init__(self, rng: random.Random, constructs: frozenset[str]) -> None:
        super().__init__(rng)
        self.constructs = constructs
        self.pipes = False
        """Whether the program has channels or queues."""

    def makers(self, body: Body) -> list[Callable[[Body], None]]:
        there = self.constructs
        makers = super().makers(body) + [self._try] * ("try" in there)
        if body.is_async:
            makers += [self._gather, self._created, self._nested]
            makers += [self._channel] * ("channel" in there) + [self._queue] * ("queue" in there) + [self._group] * ("group" in there)
        return makers

    def _gather(self, body: Body) -> None:
        """Side by side; no errors, as which of several comes first would depend on the schedule."""
        helpers = [] if self.fails else [self._chosen(body, True) for _ in range(self.rng.randint(2, 3))]
        calls = [helper for helper in helpers if helper is not None]
        if len(calls) < 2:
            return self._assign(body)
        names = [self.fresh() for _ in calls]
        self.emit(body, f"{', '.join(names)} = await asyncio.gather({', '.join(f'{h.name}({self._arguments(h, body)})' for h in calls)})")
        body.scope.variables.update(zip(names, [helper.result for helper in calls], strict=True))
        return None

    def _created(self, body: Body) -> None:
        helper = None if self.fails else self._chosen(body, True)
        if helper is None:
            return self._assign(body)
        started, name = self.fresh(), self.fresh()
        self.emit(body, f"{started} = asyncio.create_task({helper.name}({self._arguments(helper, body)}))")
        self.statements(body, self.rng.randint(0, 2))
        self.emit(body, f"{name} = await {started}")
        body.scope.variables[name] = helper.result
        return None

    def _group(self, body: Body) -> None:
        helpers = [] if self.fails else [self._chosen(body, True) for _ in range(2)]
        calls = [(self.fresh(), helper) for helper in helpers if helper is not None]
        if not calls:
            return self._assign(body)
        self.emit(body, "async with asyncio.TaskGroup() as group:")
        for name, helper in calls:
            self.emit(body.inside(), f"{name}_task = group.create_task({helper.name}({self._arguments(helper, body)}))")
        for name, helper in calls:
            self.emit(body, f"{name} = {name}_task.result()")
            body.scope.variables[name] = helper.result
        return None

    def _nested(self, body: Body) -> None:
        """A function defined here, which uses a variable that nobody assigns."""
        if body.in_loop or body.indent > 1:
            return self._assign(body)
        kept, name, result, local = self.fresh(), self.fresh(), self.rng.choice(INTEGERS), self.fresh()
        type_ = self.rng.choice(TYPES)
        self.emit(body, f"{kept} = {self.of(type_, body.scope)}")
        self.emit(body, f"async def {name}(x: {result}) -> {result}:")
        inner = Body(Scope({"x": result, kept: type_}, fails=self.fails), body.indent + 1, True, result=result, fixed={kept})
        self.statements(inner, self.rng.randint(0, 2))
        self.emit(inner, f"return {self.of(result, inner.scope)}")
        body.scope.variables[kept] = type_
        body.fixed.add(kept)
        self.emit(body, f"{local} = await {name}({self.of(result, body.scope, 2)})")
        body.scope.variables[local] = result
        return None

    def _channel(self, body: Body) -> None:
        self._pipe(body, "Channel[i32]({room})", "send_items", self.rng.choice(["receive_items", "receive_all"]))

    def _queue(self, body: Body) -> None:
        self._pipe(body, "asyncio.Queue({room})", "put_items", "take_items")

    def _pipe(self, body: Body, make: str, send: str, receive: str) -> None:
        self.pipes = True
        pipe, sender, name = self.fresh(), self.fresh(), self.fresh()
        count = self.rng.randint(0, 4)
        self.emit(body, f"{pipe} = {make.format(room=self.rng.randint(1, 3))}")
        self.emit(body, f"{sender} = asyncio.create_task({send}({pipe}, {count}, {self.of('i32', body.scope, 2)}))")
        self.emit(body, f"{name} = await {receive}({pipe}, {count})")
        self.emit(body, f"await {sender}")
        body.scope.variables[name] = "i32"
