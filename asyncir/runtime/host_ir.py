"""Functions that kernels and the host call on the CPU, as LLVM IR text."""

from __future__ import annotations

import time

from asyncir.abi import ARENA_START, HEADER_BYTES, OBJECT_ALIGNMENT, FrameFlags, Header, Status

# What kernels call of the system. In IR, not in Python: a worker that waits must not need the interpreter lock.
SYSTEM = f"""
declare i32 @sched_yield()
declare i32 @nanosleep(ptr, ptr)
declare i32 @clock_gettime(i32, ptr)

define void @asyncir_pause(i64 %nanoseconds) {{
  %short = icmp slt i64 %nanoseconds, 1000
  br i1 %short, label %yield, label %sleep
yield:
  %1 = call i32 @sched_yield()
  ret void
sleep:
  %time = alloca {{ i64, i64 }}
  %seconds = udiv i64 %nanoseconds, 1000000000
  %rest = urem i64 %nanoseconds, 1000000000
  store i64 %seconds, ptr %time
  %second = getelementptr i8, ptr %time, i64 8
  store i64 %rest, ptr %second
  %2 = call i32 @nanosleep(ptr %time, ptr null)
  ret void
}}

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

# `arena.count_tasks` in compiled code, for arenas with millions of objects.
COUNT_TASKS = f"""
define void @asyncir_count_tasks(ptr %arena, i64 %used, ptr %out) {{
start:
  br label %next
next:
  %offset = phi i64 [ {ARENA_START}, %start ], [ %behind, %object ]
  %unfinished = phi i64 [ 0, %start ], [ %unfinished.new, %object ]
  %unobserved = phi i64 [ 0, %start ], [ %unobserved.new, %object ]
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
  %at.status = getelementptr i8, ptr %at, i64 {Header.STATUS}
  %status = load i32, ptr %at.status
  %not.done = icmp ne i32 %status, {int(Status.DONE)}
  %is.unfinished = and i1 %is.task, %not.done
  %add.unfinished = zext i1 %is.unfinished to i64
  %unfinished.new = add i64 %unfinished, %add.unfinished
  %at.kind = getelementptr i8, ptr %at, i64 {Header.ERROR_KIND}
  %kind = load i32, ptr %at.kind
  %failed = icmp ne i32 %kind, 0
  %at.flags = getelementptr i8, ptr %at, i64 {Header.FLAGS}
  %flags = load i32, ptr %at.flags
  %looked = and i32 %flags, {FrameFlags.OBSERVED | FrameFlags.ROOT}
  %nobody = icmp eq i32 %looked, 0
  %task.failed = and i1 %is.task, %failed
  %is.unobserved = and i1 %task.failed, %nobody
  %add.unobserved = zext i1 %is.unobserved to i64
  %unobserved.new = add i64 %unobserved, %add.unobserved
  br label %next
done:
  store i64 %unfinished, ptr %out
  %second = getelementptr i8, ptr %out, i64 8
  store i64 %unobserved, ptr %second
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
