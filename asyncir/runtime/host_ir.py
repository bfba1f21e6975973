"""Functions that kernels and the host call on the CPU, as LLVM IR text."""

from __future__ import annotations

import ctypes
import time
from functools import cache

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


@cache
def _system() -> ctypes.PyDLL:
    """For calls that take no time: to give up the interpreter lock for them would cost more."""
    return ctypes.PyDLL(None)


def forget_word(key: int) -> None:
    """What the calling thread keeps under `key` is 0 again. Not by a pause of no length, which may give the processor away."""
    if _system().pthread_setspecific(ctypes.c_ulong(key), None) != 0:
        raise InternalError("a word of a thread cannot be written")


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

# Division of 128 bits, which processors have no instruction for and no library of a Python process has. The optimiser makes it of loops
# whose sums it knows in closed form. Where both fit into 64 bits the processor divides, else a bit of the quotient is found at a time.
WIDE_DIVISION = """
declare i128 @llvm.ctlz.i128(i128, i1)
declare i128 @llvm.abs.i128(i128, i1)

define internal { i128, i128 } @divide(i128 %n, i128 %d) {
  %either = or i128 %n, %d
  %upper = lshr i128 %either, 64
  %narrow = icmp eq i128 %upper, 0
  br i1 %narrow, label %at.once, label %compare
at.once:
  %n.low = trunc i128 %n to i64
  %d.low = trunc i128 %d to i64
  %quotient.low = udiv i64 %n.low, %d.low
  %rest.low = urem i64 %n.low, %d.low
  %quotient.once = zext i64 %quotient.low to i128
  %rest.once = zext i64 %rest.low to i128
  br label %done
compare:
  %less = icmp ult i128 %n, %d
  br i1 %less, label %done, label %align
align:
  %n.zeros = call i128 @llvm.ctlz.i128(i128 %n, i1 false)
  %d.zeros = call i128 @llvm.ctlz.i128(i128 %d, i1 false)
  %places = sub i128 %d.zeros, %n.zeros
  %aligned = shl i128 %d, %places
  br label %bit
bit:
  %left = phi i128 [ %n, %align ], [ %left.next, %bit ]
  %part = phi i128 [ %aligned, %align ], [ %part.next, %bit ]
  %quotient = phi i128 [ 0, %align ], [ %quotient.next, %bit ]
  %place = phi i128 [ %places, %align ], [ %place.next, %bit ]
  %fits = icmp uge i128 %left, %part
  %without = sub i128 %left, %part
  %left.next = select i1 %fits, i128 %without, i128 %left
  %found = zext i1 %fits to i128
  %twice = shl i128 %quotient, 1
  %quotient.next = or i128 %twice, %found
  %part.next = lshr i128 %part, 1
  %place.next = sub i128 %place, 1
  %last = icmp eq i128 %place, 0
  br i1 %last, label %done, label %bit
done:
  %q = phi i128 [ %quotient.once, %at.once ], [ 0, %compare ], [ %quotient.next, %bit ]
  %r = phi i128 [ %rest.once, %at.once ], [ %n, %compare ], [ %left.next, %bit ]
  %with.q = insertvalue { i128, i128 } poison, i128 %q, 0
  %both = insertvalue { i128, i128 } %with.q, i128 %r, 1
  ret { i128, i128 } %both
}

define i128 @__udivti3(i128 %n, i128 %d) {
  %both = call { i128, i128 } @divide(i128 %n, i128 %d)
  %quotient = extractvalue { i128, i128 } %both, 0
  ret i128 %quotient
}

define i128 @__umodti3(i128 %n, i128 %d) {
  %both = call { i128, i128 } @divide(i128 %n, i128 %d)
  %rest = extractvalue { i128, i128 } %both, 1
  ret i128 %rest
}

define i128 @__divti3(i128 %n, i128 %d) {
  %n.size = call i128 @llvm.abs.i128(i128 %n, i1 false)
  %d.size = call i128 @llvm.abs.i128(i128 %d, i1 false)
  %quotient = call i128 @__udivti3(i128 %n.size, i128 %d.size)
  %differ = xor i128 %n, %d
  %negative = icmp slt i128 %differ, 0
  %negated = sub i128 0, %quotient
  %result = select i1 %negative, i128 %negated, i128 %quotient
  ret i128 %result
}

define i128 @__modti3(i128 %n, i128 %d) {
  %n.size = call i128 @llvm.abs.i128(i128 %n, i1 false)
  %d.size = call i128 @llvm.abs.i128(i128 %d, i1 false)
  %rest = call i128 @__umodti3(i128 %n.size, i128 %d.size)
  %negative = icmp slt i128 %n, 0
  %negated = sub i128 0, %rest
  %result = select i1 %negative, i128 %negated, i128 %rest
  ret i128 %result
}
"""

# What a processor without conversions between half and float calls (x86 before F16C). A half's bits, moved to their places in a float, are
# 2**112 times too small. A half below 2**-14 has the distance 2**-24 to the next, as floats have behind 0.5.
HALVES = """
define float @__extendhfsf2(half %x) {
  %short = bitcast half %x to i16
  %bits = zext i16 %short to i32
  %size = and i32 %bits, 32767
  %moved = shl i32 %size, 13
  %small = bitcast i32 %moved to float
  %number = fmul float %small, 0x46F0000000000000
  %number.bits = bitcast float %number to i32
  %special.bits = or i32 %moved, 2139095040
  %special = icmp uge i32 %size, 31744
  %size.bits = select i1 %special, i32 %special.bits, i32 %number.bits
  %sign = and i32 %bits, 32768
  %sign.bit = shl i32 %sign, 16
  %both = or i32 %size.bits, %sign.bit
  %result = bitcast i32 %both to float
  ret float %result
}

define half @__truncsfhf2(float %x) {
  %bits = bitcast float %x to i32
  %size = and i32 %bits, 2147483647
  %size.float = bitcast i32 %size to float
  %less = sub i32 %size, 939524096
  %last = lshr i32 %less, 13
  %odd = and i32 %last, 1
  %up = add i32 %odd, 4095
  %sum = add i32 %less, %up
  %normal = lshr i32 %sum, 13
  %aligned = fadd float %size.float, 5.0e-01
  %aligned.bits = bitcast float %aligned to i32
  %subnormal = sub i32 %aligned.bits, 1056964608
  %is.small = icmp ult i32 %size, 947912704
  %finite = select i1 %is.small, i32 %subnormal, i32 %normal
  %is.large = icmp uge i32 %size, 1199566848
  %number = select i1 %is.large, i32 31744, i32 %finite
  %payload = lshr i32 %size, 13
  %payload.kept = and i32 %payload, 1023
  %quiet = or i32 %payload.kept, 32256
  %is.nan = icmp ugt i32 %size, 2139095040
  %size.bits = select i1 %is.nan, i32 %quiet, i32 %number
  %sign = lshr i32 %bits, 16
  %sign.bit = and i32 %sign, 32768
  %both = or i32 %size.bits, %sign.bit
  %short = trunc i32 %both to i16
  %result = bitcast i16 %short to half
  ret half %result
}
"""


def integer_power(name: str, type_: str) -> str:
    """A float to an integer power, by squaring: what `llvm.powi` calls, into which the optimiser turns fast `pow`s."""
    return f"""
define {type_} @{name}({type_} %x, i32 %n) {{
start:
  br label %bit
bit:
  %square = phi {type_} [ %x, %start ], [ %square.next, %bit ]
  %power = phi {type_} [ 1.0, %start ], [ %power.next, %bit ]
  %left = phi i32 [ %n, %start ], [ %left.next, %bit ]
  %low = and i32 %left, 1
  %odd = icmp ne i32 %low, 0
  %more = fmul {type_} %power, %square
  %power.next = select i1 %odd, {type_} %more, {type_} %power
  %square.next = fmul {type_} %square, %square
  %left.next = sdiv i32 %left, 2
  %last = icmp eq i32 %left.next, 0
  br i1 %last, label %done, label %bit
done:
  %negative = icmp slt i32 %n, 0
  %inverse = fdiv {type_} 1.0, %power.next
  %result = select i1 %negative, {type_} %inverse, {type_} %power.next
  ret {type_} %result
}}
"""


INTEGER_POWERS = integer_power("__powisf2", "float") + integer_power("__powidf2", "double")
