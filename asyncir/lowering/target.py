"""
What a target supplies to the lowering from `rt`: everything that differs between one machine and another.

A method builds code with the builder it is given; values are of the llvm level (index is i64).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar

from xdsl.dialects.builtin import IntegerType
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import rt
from asyncir.dialects.gpu_lanes import Reduction, ShuffleMode
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.types import Types


class PrintCode(IntEnum):
    """What `asyncir_print_text` prints."""

    OPEN = 0
    CLOSE = 1
    COMMA = 2
    NEWLINE = 3


class Target(ABC):
    """One machine, as the lowering sees it."""

    name: ClassVar[str]
    width: ClassVar[int]
    """Lanes in a warp."""
    address_spaces: ClassVar[bool]
    scalar_math: ClassVar[bool]
    """Whether mathematical functions take scalars only, so that vectors must be taken apart."""
    wide_stores: ClassVar[bool]
    """Whether neighbouring words should be written by one store (convert/rt_stores.py)."""
    plain_alignment: ClassVar[int]
    """What `rt.load` and `rt.store` may rely on: payload rows of 4-byte words are aligned to width * 4 bytes or 8, whichever is less."""

    @abstractmethod
    def scope(self, scope: rt.Scope) -> str:
        """LLVM's name of an atomic's scope."""

    # Kernels

    def begin(self, kernels: Sequence[rt.KernelOp]) -> None:  # noqa: B027
        """Before a module with these kernels is lowered."""

    @abstractmethod
    def kernel_inputs(self, kernel: rt.KernelOp, types: Types) -> list[Attribute]:
        """The parameters of the function that gets the kernel's body."""

    @abstractmethod
    def kernel_values(self, b: Builder, kernel: rt.KernelOp) -> list[SSAValue]:
        """The kernel's arguments, built at the start of that function."""

    @abstractmethod
    def finish_kernel(self, b: Builder, kernel: rt.KernelOp) -> None:
        """Add the function with the body to the module, and what else a launch needs."""

    @abstractmethod
    def thread_id(self, b: Builder) -> SSAValue:
        """The thread's number in the launch, i64; only in the function with a kernel's body."""

    @abstractmethod
    def processor_id(self, b: Builder) -> SSAValue:
        """The number of the processor that runs the thread now, i32; only in the function with a kernel's body."""

    @abstractmethod
    def shard(self, b: Builder) -> SSAValue:
        """A number that is likely another one for threads that run at the same time, i32."""

    # Memory

    @abstractmethod
    def device_memory(self, b: Builder, address: SSAValue) -> SSAValue:
        """An address of type `!rt.ptr` for an access. It is in the device's main memory: arena, queues, control block, arrays."""

    def constant(self, b: Builder, control: SSAValue, offset: int) -> SSAValue | None:
        """Where else than in the control block a word of it stands that does not change; None: nowhere."""
        return None

    # Lanes

    @abstractmethod
    def lane_id(self, b: Builder) -> SSAValue:
        """This lane's number, i64."""

    @abstractmethod
    def warp_sync(self, b: Builder) -> None:
        """All lanes of the warp meet; what each did to memory before is seen by every lane after."""

    @abstractmethod
    def ballot(self, b: Builder, predicate: SSAValue, type_: IntegerType, blame: Operation) -> SSAValue:
        """One bit for each lane of the warp."""

    @abstractmethod
    def shuffle(self, b: Builder, mode: ShuffleMode, value: SSAValue, offset: SSAValue, known: int | None) -> tuple[SSAValue, SSAValue]:
        """
        Another lane's value (this lane's own where there is no such lane), and whether there is one.

        `known` is the offset where it is a constant.
        """

    @abstractmethod
    def reduce(self, b: Builder, kind: Reduction, value: SSAValue) -> SSAValue:
        """The value reduced over all lanes."""

    # Stacks: places are i32 addresses in shared memory, or pointers

    @abstractmethod
    def stack_base(self, b: Builder, control: SSAValue) -> SSAValue:
        """Where this lane's stack begins; only in the function with a kernel's body."""

    @abstractmethod
    def stack_add(self, b: Builder, place: SSAValue, distance: SSAValue) -> SSAValue:
        """The place that many bytes (i32) further."""

    @abstractmethod
    def stack_address(self, b: Builder, place: SSAValue, distance: int) -> SSAValue:
        """A pointer to the word that many bytes from the place."""

    # Blocks

    @abstractmethod
    def check_blocks(self, blame: Operation) -> None:
        """Raises InputError at `blame` where there are no blocks with barriers and bulk copies (dialects/rt_block.py)."""

    # Time

    @abstractmethod
    def pause(self, b: Builder, nanoseconds: int) -> None:
        """Let others run for about so long."""

    @abstractmethod
    def clock(self, b: Builder) -> SSAValue:
        """Nanoseconds, i64."""

    @abstractmethod
    def poll_due(self, b: Builder) -> SSAValue:
        """Whether to look at the host's stop word now, i1."""

    # Atomics on arrays

    @abstractmethod
    def has_narrow_atomics(self) -> bool:
        """Whether there are atomics of 8 and 16 bits."""

    # Printing: only where the host is the same machine. Raises InputError at `blame` elsewhere.

    @abstractmethod
    def print_scalar(self, b: Builder, value: SSAValue, kind: str, blame: Operation) -> None:
        """Print a number; `kind` is i64, u64, f32 or f64."""

    @abstractmethod
    def print_text(self, b: Builder, code: PrintCode, blame: Operation) -> None:
        """Print punctuation."""

    @abstractmethod
    def print_string(self, b: Builder, text: str, blame: Operation) -> None:
        """Print a text that the program spells out."""

    @abstractmethod
    def print_array(self, b: Builder, rank: SSAValue, descriptor: SSAValue, element: int, blame: Operation) -> None:
        """Print an array as MLIR's runner does."""

    @abstractmethod
    def tables(self, text: str) -> Operation | None:
        """The global that keeps the report tables in the binary; None if there is no place for it."""
