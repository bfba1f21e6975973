"""Functions that kernels and the host call on the CPU, as LLVM IR text."""

from __future__ import annotations

import ctypes
import time

from asyncir.abi import ARENA_START, HEADER_BYTES, IDLE_PAUSE_NS, OBJECT_ALIGNMENT, Claim, FrameFlags, Header
from asyncir.errors import InternalError

SHORT_PAUSE_NS = 1000
"""A shorter pause only lets other threads run."""

LONGEST_PAUSE_NS = 1_000_000
"""What the pauses of a worker that stays idle grow to: so long a task that becomes ready may wait for a second worker."""


def system(key: int) -> str:
    """
    What kernels call of the system. In IR, not in Python: a worker that waits must not need the interpreter lock.

    asyncir_pause: a pause of IDLE_PAUSE_NS is twice as long as the last one of the thread, up to the longest; any other pause is as long
    as it says, and the idle ones start anew behind it. The last one is kept under `key`, which `new_thread_key` gave.
    """
    return f"""
declare i32 @sched_yield()
declare ptr @pthread_getspecific(i64)
declare i32 @pthread_setspecific(i64, ptr)
declare i32 @nanosleep(ptr, ptr)
declare i32 @clock_gettime(i32, ptr)

define void @asyncir_pause(i64 %nanoseconds) {{
  %time = alloca {{ i64, i64 }}
  %idle = icmp eq i64 %nanoseconds, {IDLE_PAUSE_NS}
  br i1 %idle, label %grow, label %exact
exact:
  %forgotten = call i32 @pthread_setspecific(i64 {key}, ptr null)
  %short = icmp slt i64 %nanoseconds, {SHORT_PAUSE_NS}
  br i1 %short, label %yield, label %sleep
yield:
  %yielded = call i32 @sched_yield()
  ret void
grow:
  %last.kept = call ptr @pthread_getspecific(i64 {key})
  %last = ptrtoint ptr %last.kept to i64
  %twice = shl i64 %last, 1
  %bounded = call i64 @llvm.smin.i64(i64 %twice, i64 {LONGEST_PAUSE_NS})
  %grown = call i64 @llvm.smax.i64(i64 %bounded, i64 %nanoseconds)
  %kept = inttoptr i64 %grown to ptr
  %remembered = call i32 @pthread_setspecific(i64 {key}, ptr %kept)
  br label %sleep
sleep:
  %length = phi i64 [ %nanoseconds, %exact ], [ %grown, %grow ]
  %seconds = udiv i64 %length, 1000000000
  %rest = urem i64 %length, 1000000000
  store i64 %seconds, ptr %time
  %second = getelementptr i8, ptr %time, i64 8
  store i64 %rest, ptr %second
  %slept = call i32 @nanosleep(ptr %time, ptr null)
  ret void
}}

declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)

define i64 @asyncir_clock() {{
  %time = alloca {{ i64, i64 }}
  %1 = call i32 @clock_gettime(i32 {getattr(time, "CLOCK_MONOTONIC", 1)}, ptr %time)
  %seconds = load i64, ptr %time
  %second = getelementptr i8, ptr %time, i64 8
  %rest = load i64, ptr %second
  %whole = mul i64 %seconds, 1000000000
  %sum = add i64 %whole, %rest
  ret i64 %sum
}}
"""


def new_thread_key() -> int:
    """A key under which each thread may keep a word, 0 at first."""
    key = ctypes.c_ulong(0)
    if ctypes.CDLL(None).pthread_key_create(ctypes.byref(key), None) != 0:
        raise InternalError("the system has no more keys for words of a thread")
    return key.value


# `arena.count_tasks` in compiled code, for arenas with millions of objects: adds to out[status], and to the word behind those.
COUNT_TASKS = f"""
define void @asyncir_count_tasks(ptr %arena, i64 %used, ptr %out) {{
start:
  br label %next
next:
  %offset = phi i64 [ {ARENA_START}, %start ], [ %behind, %object ], [ %behind, %task ]
  %end.header = add i64 %offset, {HEADER_BYTES}
  %inside = icmp ule i64 %end.header, %used
  br i1 %inside, label %read, label %done
read:
  %at = getelementptr i8, ptr %arena, i64 %offset
  %at.units = getelementptr i8, ptr %at, i64 {Header.BYTES}
  %units = load i32, ptr %at.units
  %sane = icmp sge i32 %units, {HEADER_BYTES // OBJECT_ALIGNMENT}
  br i1 %sane, label %object, label %done
object:
  %units.wide = zext i32 %units to i64
  %size = mul i64 %units.wide, {OBJECT_ALIGNMENT}
  %behind = add i64 %offset, %size
  %at.machine = getelementptr i8, ptr %at, i64 {Header.MACHINE}
  %machine = load i32, ptr %at.machine
  %is.task = icmp sge i32 %machine, 1
  br i1 %is.task, label %task, label %next
task:
  %at.status = getelementptr i8, ptr %at, i64 {Header.STATUS}
  %status = load i32, ptr %at.status
  %state = and i32 %status, {Claim.REPORT_MASK}
  %at.count = getelementptr i64, ptr %out, i32 %state
  %count = load i64, ptr %at.count
  %more = add i64 %count, 1
  store i64 %more, ptr %at.count
  %at.kind = getelementptr i8, ptr %at, i64 {Header.ERROR_KIND}
  %kind = load i32, ptr %at.kind
  %failed = icmp ne i32 %kind, 0
  %at.flags = getelementptr i8, ptr %at, i64 {Header.FLAGS}
  %flags = load i32, ptr %at.flags
  %looked = and i32 %flags, {FrameFlags.OBSERVED | FrameFlags.ROOT}
  %nobody = icmp eq i32 %looked, 0
  %is.unobserved = and i1 %failed, %nobody
  %one = zext i1 %is.unobserved to i64
  %at.unobserved = getelementptr i64, ptr %out, i32 {Claim.REPORT_MASK + 1}
  %unobserved = load i64, ptr %at.unobserved
  %unobserved.new = add i64 %unobserved, %one
  store i64 %unobserved.new, ptr %at.unobserved
  br label %next
done:
  ret void
}}
"""

# Conversions that code for x86 calls and that no library of a Python process has. From double, the float between is rounded to
# odd: then rounding it again gives what rounding the double at once gives.
NARROW_FLOATS = """
define bfloat @__truncsfbf2(float %x) {
  %bits = bitcast float %x to i32
  %upper = lshr i32 %bits, 16
  %odd = and i32 %upper, 1
  %half = add i32 %odd, 32767
  %sum = add i32 %bits, %half
  %rounded = lshr i32 %sum, 16
  %quiet = or i32 %upper, 64
  %is.nan = fcmp uno float %x, 0.0
  %word = select i1 %is.nan, i32 %quiet, i32 %rounded
  %short = trunc i32 %word to i16
  %result = bitcast i16 %short to bfloat
  ret bfloat %result
}

define internal float @to_odd(double %x) alwaysinline {
  %near = fptrunc double %x to float
  %back = fpext float %near to double
  %exact = fcmp ueq double %back, %x
  %size = call double @llvm.fabs.f64(double %x)
  %near.size = call double @llvm.fabs.f64(double %back)
  %above = fcmp ogt double %near.size, %size
  %bits = bitcast float %near to i32
  %less = sub i32 %bits, 1
  %down = select i1 %above, i32 %less, i32 %bits
  %odd = or i32 %down, 1
  %word = select i1 %exact, i32 %bits, i32 %odd
  %result = bitcast i32 %word to float
  ret float %result
}

declare double @llvm.fabs.f64(double)

define bfloat @__truncdfbf2(double %x) {
  %float = call float @to_odd(double %x)
  %result = call bfloat @__truncsfbf2(float %float)
  ret bfloat %result
}

define half @__truncdfhf2(double %x) {
  %float = call float @to_odd(double %x)
  %result = fptrunc float %float to half
  ret half %result
}
"""
