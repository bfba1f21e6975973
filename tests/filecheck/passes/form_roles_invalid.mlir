// RUN: asyncir-opt %s -p "scf-to-cf,form-roles{executor=static}" --split-input-file --verify-diagnostics
// What is no kernel of roles, and kernels whose roles would not come to their end.

// A channel has one role for each number.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main() attributes {task.kernel} {
  // expected-error @+1 {{@main cannot run with the static executor: 2 roles are reader 0 of the tile channel %ch: each number is one role's}}
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  // expected-note @+1 {{@read is}}
  %0 = async.call @read(%ch) : (!tiles) -> !async.token
  // expected-note @+1 {{@read is}}
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
func.func @main() attributes {task.kernel} {
  // expected-error @+1 {{@main cannot run with the static executor: no role is reader 0 of the tile channel %ch}}
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  return
}

// -----
// Two roles that wait for each other: each first reads what the other one writes behind that.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @turn(%in: !tiles, %out: !tiles) -> !async.token attributes {task.scope = "warp"} {
  // expected-error @+4 {{@main cannot run with the static executor: the roles wait for each other: @turn -> @back -> @turn}}
  // expected-note @+3 {{@turn waits for a full slot of the tile channel %b}}
  // expected-note @+12 {{@back waits for a full slot of the tile channel %a}}

  %slot, %tile, %ok = task.receive_slot %in reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  %full, %other = task.acquire_slot %out writer 0 : !tiles
  task.commit_slot %full : !task.slot<!tile>
  task.close %out : !tiles
  async.return
}
async.func @back(%in: !tiles, %out: !tiles) -> !async.token attributes {task.scope = "warp"} {


  %slot, %tile, %ok = task.receive_slot %in reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  %full, %other = task.acquire_slot %out writer 0 : !tiles
  task.commit_slot %full : !task.slot<!tile>
  task.close %out : !tiles
  async.return
}
func.func @main() attributes {task.kernel} {
  %a = task.tile_channel {depth = 2 : i32} : !tiles
  %b = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @turn(%b, %a) : (!tiles, !tiles) -> !async.token
  %1 = async.call @back(%a, %b) : (!tiles, !tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----
// Three slots of one channel are in flight before the other one is read, and it has two.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%a: !tiles, %b: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    // expected-error @+2 {{@main cannot run with the static executor: the roles wait for each other: @write -> @read -> @write}}
    // expected-note @+1 {{@write waits for an empty slot of the tile channel %a}}
    %slot, %tile = task.acquire_slot %a writer 0 : !tiles
    task.commit_slot %slot : !task.slot<!tile>
  }
  %last, %tile = task.acquire_slot %b writer 0 : !tiles
  task.commit_slot %last : !task.slot<!tile>
  async.return
}
async.func @read(%a: !tiles, %b: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  // expected-note @+1 {{@read waits for a full slot of the tile channel %b}}
  %last, %first, %ok = task.receive_slot %b reader 0 : !tiles
  task.release_slot %last : !task.slot<!tile>
  scf.for %i = %c0 to %c3 step %c1 {
    %slot, %tile, %is = task.receive_slot %a reader 0 : !tiles
    task.release_slot %slot : !task.slot<!tile>
  }
  async.return
}
func.func @main() attributes {task.kernel} {
  %a = task.tile_channel {depth = 2 : i32} : !tiles
  %b = task.tile_channel {depth = 1 : i32} : !tiles
  %0 = async.call @write(%a, %b) : (!tiles, !tiles) -> !async.token
  %1 = async.call @read(%a, %b) : (!tiles, !tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----
// The writer ends before the reader has had enough.
!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  // expected-note @+1 {{@write does}}
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  scf.for %i = %c0 to %c2 step %c1 {
    // expected-error @+1 {{@main cannot run with the static executor: @read receives slots of %ch that nobody may fill: the loops around do not run equally often, as far as one can tell}}
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    task.release_slot %slot : !task.slot<!tile>
  }
  async.return
}
func.func @main() attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----
// Nobody knows whether n is m. If the setup asserts it, it is: see form_roles.mlir.
!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles, %n: index) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    // expected-note @+1 {{@write does}}
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles, %n: index) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @+1 {{@main cannot run with the static executor: @read receives slots of %ch that nobody may fill: the loops around do not run equally often, as far as one can tell}}
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    task.release_slot %slot : !task.slot<!tile>
  }
  async.return
}
func.func @main(%n: index, %m: index) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch, %n) : (!tiles, index) -> !async.token
  %1 = async.call @read(%ch, %m) : (!tiles, index) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----
// What a branch depends on is only known when the program runs.
!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles, %b: i1) -> !async.token attributes {task.scope = "warp"} {
  // expected-error @+1 {{@main cannot run with the static executor: 'cf.cond_br' op in the role @write: whether it takes or gives slots depends on this branch}}
  scf.if %b {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main(%b: i1) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch, %b) : (!tiles, i1) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles, %x: memref<?xi32>) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  scf.while : () -> () {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    task.commit_slot %slot : !task.slot<!tile>
    %v = memref.load %x[%c0] : memref<?xi32>
    %b = arith.cmpi ne, %v, %zero : i32
    // expected-error @+1 {{@main cannot run with the static executor: 'cf.cond_br' op in the role @write: how often this loop runs is only known when it does}}
    scf.condition(%b)
  } do {
    scf.yield
  }
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main(%x: memref<?xi32>) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch, %x) : (!tiles, memref<?xi32>) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  // expected-error @+1 {{@main cannot run with the static executor: @read ends with a slot of %ch that it did not release}}
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  async.return
}
func.func @main() attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----
// Kernels that are not roles.
!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
// expected-error @+1 {{@main cannot run with the static executor: @main has results, and roles have none to give}}
func.func @main() -> i32 attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  %r = arith.constant 0 : i32
  return %r : i32
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main() attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  // expected-error @+1 {{@main cannot run with the static executor: @read is not awaited}}
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main(%b: i1) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  scf.if %b {
    // expected-error @+1 {{@main cannot run with the static executor: @read is started under a condition or in a loop: a role is started once}}
    %1 = async.call @read(%ch) : (!tiles) -> !async.token
    async.await %1 : !async.token
  }
  async.await %0 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  // expected-error @+1 {{@main cannot run with the static executor: the role @read starts @write: a role starts no task}}
  %t = async.call @write(%ch) : (!tiles) -> !async.token
  async.return
}
func.func @main() attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  // expected-error @+1 {{@main cannot run with the static executor: 'memref.alloc' op in the role @read needs a scheduler, or memory from the arena}}
  %a = memref.alloc() : memref<4xi32>
  async.return
}
func.func @main() attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main(%x: memref<?xi32>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  // expected-error @+1 {{@main cannot run with the static executor: 'memref.store' op in the kernel: beside its roles it may compute, read, assert and make tile channels}}
  memref.store %one, %x[%c0] : memref<?xi32>
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles, %x: memref<?xi32>) -> !async.token {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  // expected-error @+1 {{@main cannot run with the static executor: the role @read is of scope lane, and all lanes of its warp would do 'memref.store'}}
  memref.store %one, %x[%c0] : memref<?xi32>
  async.return
}
func.func @main(%x: memref<?xi32>) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch, %x) : (!tiles, memref<?xi32>) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----

!tile = memref<40000xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  task.release_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main() attributes {task.kernel} {
  // expected-note @+2 {{4 slots of 160000 bytes: 640000 bytes}}
  // expected-error @+1 {{@main cannot run with the static executor: its tile channels take 640128 bytes of block memory, and a block has 232448}}
  %ch = task.tile_channel {depth = 4 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch) : (!tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// -----
// Nothing to make roles of.

// expected-error @+1 {{@main cannot run with the static executor: it has no tile channels}}
func.func @main() attributes {task.kernel} {
  return
}
