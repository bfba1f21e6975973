"""Programs that catch cancellations, and channels of references: text, arguments, and what each gives under every schedule."""

from __future__ import annotations

from sync_programs import Case

_OBJECTS = (
    "%ch: !task.channel<i32>, %full: !task.channel<i32>, %sel: !task.channel<i32>, %e: !task.event, %l: !task.lock, %t: !async.token, "
    "%v: !async.value<i32>, %g: !async.group, %long: i64"
)
_TYPES = (
    "!task.channel<i32>, !task.channel<i32>, !task.channel<i32>, !task.event, !task.lock, "
    "!async.token, !async.value<i32>, !async.group, i64"
)
_NAMES = "%ch, %full, %sel, %e, %l, %t, %v, %g, %long"

_CAUGHT = "%c = task.cancelled : i1\n    %s1 = arith.addi %s, %zero : i32\n    %x = arith.extui %c : i1 to i32"

# For each kind of suspension what a task does in a turn, which is cancelled, and at last; %x and %got are 1 where all is well.
_KINDS = {
    "recv": (
        "%i0, %ok0 = task.recv %ch {task.catches} : !task.channel<i32>",
        "%got, %ok = task.recv %ch {task.catches} : !task.channel<i32>",
    ),
    "send": (
        "task.send %one, %full {task.catches} : !task.channel<i32>",
        "task.send %one, %full {task.catches} : !task.channel<i32>\n  NOT",
    ),
    "wait": ("task.wait %e {task.catches}", "task.wait %e {task.catches}\n  NOT"),
    "acquire": ("task.acquire %l {task.catches}", "task.acquire %l {task.catches}\n  NOT\n  task.release %l"),
    "sleep": ("task.sleep %long {task.catches} : i64", "task.sleep %brief {task.catches} : i64\n  NOT"),
    "select": (
        "%k0, %i0, %ok0 = task.select(%sel, %t) after %long {task.catches} : !task.channel<i32>, !async.token",
        "%k, %got, %ok = task.select(%sel) after %long {task.catches} : !task.channel<i32>",
    ),
    "await": ("async.await %t : !async.token {task.catches}", "async.await %t : !async.token {task.catches}\n  NOT"),
    "try_await": (
        "%i0, %k0, %d0 = task.try_await %v {task.catches} : !async.value<i32>",
        "%got, %k, %d = task.try_await %v {task.catches} : !async.value<i32>",
    ),
    "await_all": ("async.await_all %g {task.catches}", "async.await_all %g {task.catches}\n  NOT"),
    "await_raw": ("async.runtime.await %t {task.catches} : !async.token", "async.runtime.await %t {task.catches} : !async.token\n  NOT"),
    "child": (
        "%h = async.call @leaf(%e) : (!task.event) -> !async.value<i32>\n    %i0 = async.await %h : !async.value<i32> {task.catches}",
        "%h = async.call @leaf(%e) : (!task.event) -> !async.value<i32>\n  %got = async.await %h : !async.value<i32> {task.catches}",
    ),
}

_NOT = "%cl = task.cancelled : i1\n  %xl = arith.extui %cl : i1 to i32\n  %got = arith.subi %one, %xl : i32"


def _task(kind: str, turn: str, last: str, caught: str = _CAUGHT) -> str:
    return f"""\
async.func @{kind}({_OBJECTS}, %turns: index, %done: !task.channel<i32>) -> !async.value<i32> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %ten = arith.constant 10 : i32
  %brief = arith.constant 1000 : i64
  %n = scf.for %i = %c0 to %turns step %c1 iter_args(%s = %zero) -> (i32) {{
    {turn}
    {caught}
    %s2 = arith.addi %s1, %x : i32
    task.send %s2, %done : !task.channel<i32>
    scf.yield %s2 : i32
  }}
  {last.replace("NOT", _NOT)}
  %m = arith.muli %n, %ten : i32
  %r = arith.addi %m, %got : i32
  return %r : i32
}}
"""


# A child that catches: its parent is not cancelled, and gets what the child gives.
_BY_CHILD = _task(
    "by_child",
    "%h = async.call @catcher(%ch) : (!task.channel<i32>) -> !async.value<i32>\n"
    "    %five, %kind, %code = task.try_await %h {task.catches} : !async.value<i32>",
    "%h = async.call @leaf(%e) : (!task.event) -> !async.value<i32>\n  %got = async.await %h : !async.value<i32> {task.catches}",
    "%c = task.cancelled : i1\n    %cw = arith.extui %c : i1 to i32\n    %four = arith.constant 4 : i32\n"
    "    %x = arith.subi %five, %four : i32\n    %s0 = arith.addi %s, %kind : i32\n    %s1 = arith.addi %s0, %cw : i32",
)
# A task that yields until a request has come.
_YIELDS = _task(
    "yields",
    "scf.while : () -> () {\n      task.yield_now {task.catches}\n      %c = task.cancelled : i1\n      %true = arith.constant true\n"
    "      %more = arith.xori %c, %true : i1\n      scf.condition(%more)\n    } do {\n      scf.yield\n    }",
    "task.yield_now {task.catches}\n  NOT",
    "%s1 = arith.addi %s, %zero : i32\n    %x = arith.addi %zero, %one : i32",
)

_ALL = {kind: _task(kind, *texts) for kind, texts in _KINDS.items()} | {"by_child": _BY_CHILD, "yields": _YIELDS}


def _started(kind: str, number: int) -> str:
    name = f"{kind}_{number}"
    return f"""\
  %d_{name} = task.channel %c1 : !task.channel<i32>
  %h_{name} = async.call @{kind}({_NAMES}, %turns, %d_{name}) : ({_TYPES}, index, !task.channel<i32>) -> !async.value<i32>
  %p_{name} = async.call @press(%h_{name}, %turns, %d_{name}) : (!async.value<i32>, index, !task.channel<i32>) -> !async.token
"""


def _kinds(tasks: int, *kinds: str) -> str:
    """For each kind some tasks that are cancelled in turns and catch it; at last all get what they wait for."""
    names = [(kind, number) for kind in kinds for number in range(tasks)]
    starts = "".join(_started(*name) for name in names)
    pressed = "\n".join(f"  async.await %p_{kind}_{number} : !async.token" for kind, number in names)
    channels = [channel for kind, channel in (("recv", "%ch"), ("select", "%sel")) if kind in kinds]
    sent = "\n".join(f"  task.send %one, {channel} : !task.channel<i32>" for channel in channels for _ in range(tasks))
    senders = tasks + 1 if "send" in kinds else 0
    taken = "\n".join(f"  %f{number}, %fo{number} = task.recv %full : !task.channel<i32>" for number in range(senders))
    awaited = "\n".join(f"  %v_{kind}_{number} = async.await %h_{kind}_{number} : !async.value<i32>" for kind, number in names)
    compared = "\n".join(
        f"  %e_{k}_{n} = arith.cmpi ne, %v_{k}_{n}, %want : i32\n  %w_{k}_{n} = arith.extui %e_{k}_{n} : i1 to i32" for k, n in names
    )
    wrong = "%zero"
    lines: list[str] = []
    for index, (kind, number) in enumerate(names):
        lines.append(f"  %sum{index} = arith.addi {wrong}, %w_{kind}_{number} : i32")
        wrong = f"%sum{index}"
    tasks_text = "".join(_ALL[kind] for kind in kinds)
    return f"""\
async.func @leaf(%e: !task.event) -> !async.value<i32> {{
  %one = arith.constant 1 : i32
  task.wait %e
  return %one : i32
}}
async.func @never(%e: !task.event) -> !async.token {{
  task.wait %e
  return
}}
async.func @catcher(%ch: !task.channel<i32>) -> !async.value<i32> {{
  %c1 = arith.constant 1 : index
  %five = arith.constant 5 : i32
  %own = task.channel %c1 : !task.channel<i32>
  %v, %ok = task.recv %own {{task.catches}} : !task.channel<i32>
  return %five : i32
}}
async.func @press(%h: !async.value<i32>, %turns: index, %done: !task.channel<i32>) -> !async.token {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %turns step %c1 {{
    task.cancel %h : !async.value<i32>
    %v, %ok = task.recv %done : !task.channel<i32>
  }}
  return
}}
{tasks_text}
func.func @main(%turns: index) -> (i32, i32) {{
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %ten = arith.constant 10 : i32
  %long = arith.constant 3600000000000 : i64
  %ch = task.channel %c1 : !task.channel<i32>
  %full = task.channel %c1 : !task.channel<i32>
  %sel = task.channel %c1 : !task.channel<i32>
  task.send %one, %full : !task.channel<i32>
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  task.acquire %l
  %t = async.call @never(%e) : (!task.event) -> !async.token
  %v = async.call @leaf(%e) : (!task.event) -> !async.value<i32>
  %g = async.create_group %c2 : !async.group
  %r0 = async.add_to_group %t, %g : !async.token
  %r1 = async.add_to_group %v, %g : !async.value<i32>
{starts}
{pressed}
  task.set %e
  task.release %l
{sent}
{taken}
  %turns32 = arith.index_cast %turns : index to i32
  %times = arith.muli %turns32, %ten : i32
  %want = arith.addi %times, %one : i32
{awaited}
  task.acquire %l
{compared}
{chr(10).join(lines)}
  return {wrong}, %want : i32, i32
}}
"""


STORM = """\
async.func @press(%h: !async.value<i32>, %n: index) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    task.cancel %h : !async.value<i32>
    task.yield_now
  }
  return
}
// Takes items until the channel is closed, whatever comes in between.
async.func @consume(%ch: !task.channel<i32>) -> !async.value<i32> {
  %z = arith.constant 0 : i32
  %true = arith.constant true
  %r:2 = scf.while (%s = %z, %go = %true) : (i32, i1) -> (i32, i1) {
    scf.condition(%go) %s, %go : i32, i1
  } do {
  ^bb0(%s: i32, %go: i1):
    %v, %ok = task.recv %ch {task.catches} : !task.channel<i32>
    %c = task.cancelled : i1
    %t = arith.addi %s, %v : i32
    %more = arith.ori %ok, %c : i1
    scf.yield %t, %more : i32, i1
  }
  return %r#0 : i32
}
// Sends 1 to n, each until it is sent.
async.func @produce(%ch: !task.channel<i32>, %n: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = scf.while (%i = %one) : (i32) -> i32 {
    %more = arith.cmpi sle, %i, %n : i32
    scf.condition(%more) %i : i32
  } do {
  ^bb0(%i: i32):
    task.send %i, %ch {task.catches} : !task.channel<i32>
    %c = task.cancelled : i1
    %x = arith.extui %c : i1 to i32
    %step = arith.subi %one, %x : i32
    %next = arith.addi %i, %step : i32
    scf.yield %next : i32
  }
  return %r : i32
}
// Adds 1 under the lock n times.
async.func @count(%l: !task.lock, %m: memref<1xi32>, %n: i32, %ns: i64) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %r = scf.while (%i = %z) : (i32) -> i32 {
    %more = arith.cmpi slt, %i, %n : i32
    scf.condition(%more) %i : i32
  } do {
  ^bb0(%i: i32):
    task.acquire %l {task.catches}
    %c = task.cancelled : i1
    %next = scf.if %c -> (i32) {
      scf.yield %i : i32
    } else {
      %v = memref.load %m[%c0] : memref<1xi32>
      task.sleep %ns {task.catches} : i64
      task.yield_now {task.catches}
      %w = arith.addi %v, %one : i32
      memref.store %w, %m[%c0] : memref<1xi32>
      task.release %l
      %j = arith.addi %i, %one : i32
      scf.yield %j : i32
    }
    scf.yield %next : i32
  }
  return %r : i32
}
// Waits for the event until it is set; then for the task that sets it.
async.func @follow(%e: !task.event, %h: !async.token) -> !async.value<i32> {
  %true = arith.constant true
  %one = arith.constant 1 : i32
  %r = scf.while (%go = %true) : (i1) -> i1 {
    scf.condition(%go) %go : i1
  } do {
  ^bb0(%go: i1):
    task.wait %e {task.catches}
    %c = task.cancelled : i1
    scf.yield %c : i1
  }
  %q = scf.while (%go = %true) : (i1) -> i1 {
    scf.condition(%go) %go : i1
  } do {
  ^bb0(%go: i1):
    %k = task.select(%h) {task.catches} : !async.token
    %c = task.cancelled : i1
    scf.yield %c : i1
  }
  return %one : i32
}
// Its child catches what it is asked in time; what it was asked last it may leave to its parent, which then looks again.
async.func @above(%ch: !task.channel<i32>) -> !async.value<i32> {
  %h = async.call @consume(%ch) : (!task.channel<i32>) -> !async.value<i32>
  %v, %k, %d = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %w = async.await %h : !async.value<i32>
  %zero = arith.constant 0 : i32
  %right = arith.select %c, %zero, %w : i32
  %wrong = arith.subi %v, %right : i32
  %b = arith.constant 100000 : i32
  %bad = arith.muli %wrong, %b : i32
  %r = arith.addi %w, %bad : i32
  return %r : i32
}
async.func @last(%ch: !task.channel<i32>, %p: !async.value<i32>, %q: !async.value<i32>, %e: !task.event) -> !async.token {
  %a = async.await %p : !async.value<i32>
  %b = async.await %q : !async.value<i32>
  task.close %ch : !task.channel<i32>
  task.set %e
  return
}
func.func @main(%n: i32, %presses: index) -> (i32, i32, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i32
  %ns = arith.constant 500 : i64
  %ch = task.channel %c1 : !task.channel<i32>
  %l = task.lock : !task.lock
  %e = task.event : !task.event
  %m = memref.alloc() : memref<1xi32>
  memref.store %z, %m[%c0] : memref<1xi32>
  %p = async.call @produce(%ch, %n) : (!task.channel<i32>, i32) -> !async.value<i32>
  %q = async.call @produce(%ch, %n) : (!task.channel<i32>, i32) -> !async.value<i32>
  %x = async.call @consume(%ch) : (!task.channel<i32>) -> !async.value<i32>
  %y = async.call @above(%ch) : (!task.channel<i32>) -> !async.value<i32>
  %a = async.call @count(%l, %m, %n, %ns) : (!task.lock, memref<1xi32>, i32, i64) -> !async.value<i32>
  %b = async.call @count(%l, %m, %n, %ns) : (!task.lock, memref<1xi32>, i32, i64) -> !async.value<i32>
  %c = async.call @count(%l, %m, %n, %ns) : (!task.lock, memref<1xi32>, i32, i64) -> !async.value<i32>
  %last = async.call @last(%ch, %p, %q, %e) : (!task.channel<i32>, !async.value<i32>, !async.value<i32>, !task.event) -> !async.token
  %f = async.call @follow(%e, %last) : (!task.event, !async.token) -> !async.value<i32>
  %f2 = async.call @follow(%e, %last) : (!task.event, !async.token) -> !async.value<i32>
  %h0 = async.call @press(%p, %presses) : (!async.value<i32>, index) -> !async.token
  %h1 = async.call @press(%q, %presses) : (!async.value<i32>, index) -> !async.token
  %h2 = async.call @press(%x, %presses) : (!async.value<i32>, index) -> !async.token
  %h3 = async.call @press(%y, %presses) : (!async.value<i32>, index) -> !async.token
  %h4 = async.call @press(%a, %presses) : (!async.value<i32>, index) -> !async.token
  %h5 = async.call @press(%b, %presses) : (!async.value<i32>, index) -> !async.token
  %h6 = async.call @press(%f, %presses) : (!async.value<i32>, index) -> !async.token
  %h7 = async.call @press(%y, %presses) : (!async.value<i32>, index) -> !async.token
  %vx = async.await %x : !async.value<i32>
  %vy = async.await %y : !async.value<i32>
  %va = async.await %a : !async.value<i32>
  %vb = async.await %b : !async.value<i32>
  %vc = async.await %c : !async.value<i32>
  %vf = async.await %f : !async.value<i32>
  %vf2 = async.await %f2 : !async.value<i32>
  async.await %h0 : !async.token
  async.await %h3 : !async.token
  %sum = arith.addi %vx, %vy : i32
  %counted = memref.load %m[%c0] : memref<1xi32>
  %both = arith.addi %vf, %vf2 : i32
  return %sum, %counted, %both : i32, i32, i32
}
"""

# try/finally: a task cleans up when it is cancelled, suspends again meanwhile, and ends as cancelled.
FINALLY = """\
async.func @worker(%e: !task.event, %l: !task.lock, %m: memref<2xi32>, %ns: i64) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %three = arith.constant 3 : i32
  task.acquire %l
  task.wait %e {task.catches}
  %c = task.cancelled : i1
  task.sleep %ns {task.catches} : i64
  %c2 = task.cancelled : i1
  memref.store %one, %m[%c0] : memref<2xi32>
  task.release %l
  cf.cond_br %c, ^again, ^on
^again:
  %w = arith.extui %c2 : i1 to i32
  memref.store %w, %m[%c1] : memref<2xi32>
  task.rethrow %three, %zero : i32
  return %one : i32
^on:
  return %one : i32
}
async.func @outer(%e: !task.event, %l: !task.lock, %m: memref<2xi32>, %ns: i64) -> !async.value<i32> {
  %h = async.call @worker(%e, %l, %m, %ns) : (!task.event, !task.lock, memref<2xi32>, i64) -> !async.value<i32>
  %v, %kind, %code = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %ten = arith.constant 10 : i32
  %x = arith.extui %c : i1 to i32
  %y = arith.muli %x, %ten : i32
  %r = arith.addi %y, %kind : i32
  return %r : i32
}
func.func @main() -> (i32, i32, i32, i32, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %short = arith.constant 2MS : i64
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %m = memref.alloc() : memref<2xi32>
  memref.store %zero, %m[%c0] : memref<2xi32>
  memref.store %zero, %m[%c1] : memref<2xi32>
  %h = async.call @outer(%e, %l, %m, %short) : (!task.event, !task.lock, memref<2xi32>, i64) -> !async.value<i32>
  task.sleep %short : i64
  task.cancel %h : !async.value<i32>
  task.acquire %l
  %cleaned = memref.load %m[%c0] : memref<2xi32>
  %r = async.await %h : !async.value<i32>
  %twice = memref.load %m[%c1] : memref<2xi32>
  // A worker that is cancelled itself, twice: the second time while it cleans up.
  task.release %l
  // Its cleaning up would take long, so that the second request meets it on a slow machine, too.
  %long = arith.constant 2000MS : i64
  %w = async.call @worker(%e, %l, %m, %long) : (!task.event, !task.lock, memref<2xi32>, i64) -> !async.value<i32>
  %half = arith.constant 1MS : i64
  task.sleep %half : i64
  task.cancel %w : !async.value<i32>
  task.sleep %half : i64
  task.cancel %w : !async.value<i32>
  %v, %kind, %code = task.try_await %w : !async.value<i32>
  %second = memref.load %m[%c1] : memref<2xi32>
  return %cleaned, %r, %twice, %kind, %second : i32, i32, i32, i32, i32
}
"""

# Request and reply: a server gets channels, events and tokens through a channel; a condition variable of a lock and a channel of events.
REFERENCES = """\
async.func @server(%requests: !task.channel<!task.channel<i32>>) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %true = arith.constant true
  %r:2 = scf.while (%n = %zero, %go = %true) : (i32, i1) -> (i32, i1) {
    scf.condition(%go) %n, %go : i32, i1
  } do {
  ^bb0(%n: i32, %go: i1):
    %reply, %ok = task.recv %requests : !task.channel<!task.channel<i32>>
    %next = scf.if %ok -> (i32) {
      %m = arith.addi %n, %one : i32
      task.send %m, %reply : !task.channel<i32>
      scf.yield %m : i32
    } else {
      scf.yield %n : i32
    }
    scf.yield %next, %ok : i32, i1
  }
  return %r#0 : i32
}
async.func @asks(%requests: !task.channel<!task.channel<i32>>) -> !async.value<i32> {
  %c1 = arith.constant 1 : index
  %reply = task.channel %c1 : !task.channel<i32>
  task.send %reply, %requests : !task.channel<!task.channel<i32>>
  %v, %ok = task.recv %reply : !task.channel<i32>
  return %v : i32
}
async.func @double(%x: i32) -> !async.value<i32> {
  task.yield_now
  %r = arith.addi %x, %x : i32
  return %r : i32
}
async.func @sums(%handles: !task.channel<!async.value<i32>>, %n: index) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (i32) {
    %k, %h, %ok = task.select(%handles) : !task.channel<!async.value<i32>>
    %v = async.await %h : !async.value<i32>
    %b = arith.addi %a, %v : i32
    scf.yield %b : i32
  }
  return %s : i32
}
async.func @waiter(%l: !task.lock, %waiters: !task.channel<!task.event>, %m: memref<1xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %e = task.event : !task.event
  %sent = task.try_send %e, %waiters : !task.channel<!task.event>
  task.wait %e
  task.acquire %l
  %v = memref.load %m[%c0] : memref<1xi32>
  %w = arith.addi %v, %one : i32
  memref.store %w, %m[%c0] : memref<1xi32>
  task.release %l
  return
}
func.func @main(%n: index) -> (i32, i32, i32, i32, i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %requests = task.channel %c1 : !task.channel<!task.channel<i32>>
  %s = async.call @server(%requests) : (!task.channel<!task.channel<i32>>) -> !async.value<i32>
  %a = async.call @asks(%requests) : (!task.channel<!task.channel<i32>>) -> !async.value<i32>
  %b = async.call @asks(%requests) : (!task.channel<!task.channel<i32>>) -> !async.value<i32>
  %handles = task.channel %c2 : !task.channel<!async.value<i32>>
  %t = async.call @sums(%handles, %n) : (!task.channel<!async.value<i32>>, index) -> !async.value<i32>
  scf.for %i = %c0 to %n step %c1 {
    %x = arith.index_cast %i : index to i32
    %h = async.call @double(%x) : (i32) -> !async.value<i32>
    task.send %h, %handles : !task.channel<!async.value<i32>>
  }
  %l = task.lock : !task.lock
  %m = memref.alloc() : memref<1xi32>
  memref.store %zero, %m[%c0] : memref<1xi32>
  %waiters = task.channel %c2 : !task.channel<!task.event>
  %w0 = async.call @waiter(%l, %waiters, %m) : (!task.lock, !task.channel<!task.event>, memref<1xi32>) -> !async.token
  %w1 = async.call @waiter(%l, %waiters, %m) : (!task.lock, !task.channel<!task.event>, memref<1xi32>) -> !async.token
  %e0, %o0 = task.recv %waiters : !task.channel<!task.event>
  task.set %e0
  %e1, %o1 = task.recv %waiters : !task.channel<!task.event>
  task.set %e1
  async.await %w0 : !async.token
  async.await %w1 : !async.token
  %woken = memref.load %m[%c0] : memref<1xi32>
  %va = async.await %a : !async.value<i32>
  %vb = async.await %b : !async.value<i32>
  task.close %requests : !task.channel<!task.channel<i32>>
  %served = async.await %s : !async.value<i32>
  %answers = arith.addi %va, %vb : i32
  %sum = async.await %t : !async.value<i32>
  // A closed channel of references gives one that names nothing.
  task.close %waiters : !task.channel<!task.event>
  %none, %ok = task.recv %waiters : !task.channel<!task.event>
  return %served, %answers, %sum, %woken, %ok : i32, i32, i32, i32, i1
}
"""

TRY_SEND = """\
func.func @main() -> (i1, i1, i32, i1, i1) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %ch = task.channel %c1 : !task.channel<i32>
  %a = task.try_send %one, %ch : !task.channel<i32>
  %b = task.try_send %two, %ch : !task.channel<i32>
  %v, %ok = task.recv %ch : !task.channel<i32>
  %c = task.try_send %two, %ch : !task.channel<i32>
  return %a, %b, %v, %ok, %c : i1, i1, i32, i1, i1
}
"""

# All kinds of waits on a warp: one lane does what happens once.
WARP = """\
async.func @worker(%e: !task.event, %ch: !task.channel<i32>, %l: !task.lock, %ns: i64) -> !async.value<i32>
    attributes {task.scope = "warp"} {
  %lane = gpu.lane_id
  %x = arith.index_cast %lane : index to i32
  %before = gpu.subgroup_reduce add %x uniform : (i32) -> i32
  task.wait %e {task.catches}
  %c0 = task.cancelled : i1
  %v, %ok = task.recv %ch {task.catches} : !task.channel<i32>
  %c1 = task.cancelled : i1
  task.acquire %l {task.catches}
  %c2 = task.cancelled : i1
  task.sleep %ns {task.catches} : i64
  %c3 = task.cancelled : i1
  %after = gpu.subgroup_reduce add %x uniform : (i32) -> i32
  %d = arith.subi %after, %before : i32
  %w0 = arith.extui %c0 : i1 to i32
  %w1 = arith.extui %c1 : i1 to i32
  %w2 = arith.extui %c2 : i1 to i32
  %w3 = arith.extui %c3 : i1 to i32
  %s0 = arith.addi %w0, %w1 : i32
  %s1 = arith.addi %w2, %w3 : i32
  %s = arith.addi %s0, %s1 : i32
  %r0 = arith.addi %s, %d : i32
  %r = arith.addi %r0, %v : i32
  return %r : i32
}
async.func @press(%h: !async.value<i32>, %n: index, %ns: i64) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    task.sleep %ns : i64
    task.cancel %h : !async.value<i32>
  }
  return
}
func.func @main() -> (i32, i32) {
  %one = arith.constant 1 : index
  %n = arith.constant 12 : index
  %ns = arith.constant 20000 : i64
  %long = arith.constant 3600000000000 : i64
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %ch = task.channel %one : !task.channel<i32>
  task.acquire %l
  %a = async.call @worker(%e, %ch, %l, %long) : (!task.event, !task.channel<i32>, !task.lock, i64) -> !async.value<i32>
  %b = async.call @worker(%e, %ch, %l, %long) : (!task.event, !task.channel<i32>, !task.lock, i64) -> !async.value<i32>
  %t = async.call @press(%a, %n, %ns) : (!async.value<i32>, index, i64) -> !async.token
  %u = async.call @press(%b, %n, %ns) : (!async.value<i32>, index, i64) -> !async.token
  %va = async.await %a : !async.value<i32>
  %vb = async.await %b : !async.value<i32>
  return %va, %vb : i32, i32
}
"""

CASES = [
    Case("catch-objects", _kinds(2, "recv", "send", "wait", "acquire"), (2,), (0, 21)),
    Case("catch-others", _kinds(1, "sleep", "select", "yields", "await", "await_all"), (2,), (0, 21)),
    Case("catch-children", _kinds(1, "child", "by_child", "try_await", "await_raw"), (2,), (0, 21)),
    Case("catch-storm", STORM, (4, 12), (20, 12, 2)),
    Case("catch-finally", FINALLY, (), (1, 3, 0, 3, 1)),
    Case("catch-warp", WARP, (), (4, 4)),
    Case("references", REFERENCES, (4,), (2, 3, 12, 2, False)),
    Case("try-send", TRY_SEND, (), (True, False, 1, True, True)),
]
