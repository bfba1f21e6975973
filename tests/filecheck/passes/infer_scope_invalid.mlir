// The rules of scopes.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p infer-scope

func.func @result(%m: memref<?xf32>) -> f32 attributes {task.kernel} {
  %i = gpu.lane_id
  // expected-note @below {{%x is defined here}}
  %x = memref.load %m[%i] : memref<?xf32>
  // expected-error @below {{result #0 of the kernel @result, %x, may differ between the lanes of the warp}}
  return %x : f32
}

// -----

async.func @task_result() -> !async.value<index> {
  // expected-note @below {{%i is defined here}}
  %i = gpu.lane_id
  // expected-error @below {{result #0 of the task @task_result, %i, may differ between the lanes of the warp}}
  async.return %i : index
}

// -----

async.func @suspends(%n: index) -> !async.token {
  %i = gpu.lane_id
  %c = arith.cmpi slt, %i, %n : index
  // expected-note @below {{here lanes part: %c may differ between them}}
  cf.cond_br %c, ^wait, ^end
^wait:
  // expected-error @below {{'task.yield_now' stands under divergent control: lanes of the warp may part on the way to it}}
  task.yield_now
  cf.br ^end
^end:
  async.return
}

// -----

async.func @ends(%n: index) -> !async.token {
  %i = gpu.lane_id
  %c = arith.cmpi slt, %i, %n : index
  // expected-note @below {{here lanes part}}
  cf.cond_br %c, ^a, ^b
^a:
  // expected-error @below {{the end of the task stands under divergent control}}
  async.return
^b:
  async.return
}

// -----

// Lanes leave a loop in different rounds: what it counts is uniform inside, and not outside.

async.func @rounds() -> !async.value<index> {
  %lane = gpu.lane_id
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  cf.br ^loop(%zero : index)
^loop(%i: index):
  %next = arith.addi %i, %one : index
  %more = arith.cmpi slt, %i, %lane : index
  cf.cond_br %more, ^loop(%next : index), ^end(%next : index)
// expected-note @below {{%r is defined here}}
^end(%r: index):
  // expected-error @below {{result #0 of the task @rounds, %r, may differ between the lanes of the warp}}
  async.return %r : index
}

// -----

async.func @collective(%x: f32, %n: index) -> !async.token {
  %i = gpu.lane_id
  %c = arith.cmpi slt, %i, %n : index
  // expected-note @below {{here lanes part}}
  cf.cond_br %c, ^some, ^end
^some:
  // expected-error @below {{'gpu.subgroup_reduce' stands under divergent control}}
  %s = gpu.subgroup_reduce add %x : (f32) -> f32
  cf.br ^end
^end:
  async.return
}

// -----

async.func @single(%i: index) -> !async.token attributes {task.scope = "lane"} {
  async.return
}
async.func @starts() -> !async.token {
  // expected-note @below {{%i is defined here}}
  %i = gpu.lane_id
  // expected-error @below {{argument #0 of @single, %i, may differ between the lanes of the warp, but one lane runs @single}}
  %t = async.call @single(%i) : (index) -> !async.token
  async.return
}

// -----

// expected-note @below {{@written has task.scope = "lane"}}
async.func @written() -> !async.token attributes {task.scope = "lane"} {
  // expected-error @below {{'gpu.lane_id' in @written, which one lane runs alone}}
  %i = gpu.lane_id
  async.return
}

// -----

// expected-error @below {{@wide has task.scope = "block": only the static executor runs tasks wider than a warp}}
async.func @wide() -> !async.token attributes {task.scope = "block"} {
  async.return
}

// -----

async.func @asserts(%n: index) -> !async.token {
  %i = gpu.lane_id
  // expected-note @below {{%c is defined here}}
  %c = arith.cmpi slt, %i, %n : index
  // expected-error @below {{the condition of 'cf.assert', %c, may differ between the lanes of the warp}}
  cf.assert %c, "in range"
  async.return
}

// -----

async.func @sends(%ch: !task.channel<index>) -> !async.token {
  // expected-note @below {{%i is defined here}}
  %i = gpu.lane_id
  // expected-error @below {{operand #0 of 'task.send', %i, may differ between the lanes of the warp}}
  task.send %i, %ch : !task.channel<index>
  async.return
}

// -----

func.func @structured(%c: i1) attributes {task.kernel} {
  // expected-error @below {{'scf.if' is left: run scf-to-cf first}}
  scf.if %c {
  }
  return
}

// -----

func.func @execute() attributes {task.kernel} {
  // expected-error @below {{'async.execute' is left: run outline-execute first}}
  %t = async.execute {
    async.yield
  }
  return
}

// -----

async.func @timeout(%t: !async.token) -> !async.token {
  %i = gpu.lane_id
  // expected-note @below {{%n is defined here}}
  %n = arith.index_cast %i : index to i64
  // expected-error @below {{operand #1 of 'task.select', %n, may differ between the lanes of the warp}}
  %case = task.select(%t) after %n : !async.token
  async.return
}

// -----

async.func @sets(%e: !task.event, %n: index) -> !async.token {
  %i = gpu.lane_id
  %c = arith.cmpi slt, %i, %n : index
  // expected-note @below {{here lanes part: %c may differ between them}}
  cf.cond_br %c, ^set, ^end
^set:
  // expected-error @below {{'task.set' stands under divergent control: lanes of the warp may part on the way to it}}
  task.set %e
  cf.br ^end
^end:
  async.return
}

// -----

async.func @meets(%n: index) -> !async.token {
  %i = gpu.lane_id
  %c = arith.cmpi slt, %i, %n : index
  // expected-note @below {{here lanes part: %c may differ between them}}
  cf.cond_br %c, ^meet, ^end
^meet:
  // expected-error @below {{'task.lane_sync' stands under divergent control: lanes of the warp may part on the way to it}}
  task.lane_sync
  cf.br ^end
^end:
  async.return
}
