// RUN: asyncir-opt %s -p lower-tiles --split-input-file --verify-diagnostics
// What lower-tiles does not take.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

// A task that nobody starts.
// expected-error @+1 {{'async.func' op on a tile channel that nobody makes: its task is never started}}
async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "lane"} {
  async.return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "lane"} {
  // expected-error @+1 {{'task.acquire_slot' op is writer 1 of a tile channel with 1 writer}}
  %slot, %tile = task.acquire_slot %ch writer 1 : !tiles
  async.return
}
func.func @main() attributes {task.kernel, task.scope = "lane"} {
  %ch = task.tile_channel : !tiles
  %t = async.call @write(%ch) : (!tiles) -> !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "lane"} {
  async.return
}
func.func @main() attributes {task.kernel, task.scope = "lane"} {
  %a = task.tile_channel {depth = 2 : i32} : !tiles
  // expected-error @+1 {{'task.tile_channel' op with 3 slots, 1 writers and 1 readers comes together with one that has 2 slots, 1 writers and 1 readers}}
  %b = task.tile_channel {depth = 3 : i32} : !tiles
  %t = async.call @write(%a) : (!tiles) -> !async.token
  %u = async.call @write(%b) : (!tiles) -> !async.token
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

func.func @main(%b: i1) attributes {task.kernel, task.scope = "lane"} {
  %x = task.tile_channel : !tiles
  %y = task.tile_channel : !tiles
  // expected-error @+1 {{'arith.select' op cannot take or give a tile channel or a slot}}
  %z = arith.select %b, %x, %y : !tiles
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @take(%ch: !tiles) -> !async.value<!task.slot<!tile>> attributes {task.scope = "lane"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  // expected-error @+1 {{'async.return' op cannot take or give a tile channel or a slot}}
  async.return %slot : !task.slot<!tile>
}
func.func @main() attributes {task.kernel, task.scope = "lane"} {
  %x = task.tile_channel : !tiles
  %v = async.call @take(%x) : (!tiles) -> !async.value<!task.slot<!tile>>
  return
}

// -----

func.func @main(%x: memref<4xi32>, %i: index) attributes {task.kernel, task.scope = "lane"} {
  // expected-error @+1 {{'memref.alloc' op makes an array in the workgroup space: only the static executor has one}}
  %a = memref.alloc() : memref<4xi32, #gpu.address_space<workgroup>>
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

func.func @main() attributes {task.kernel, task.scope = "lane"} {
  %x = task.tile_channel : !tiles
  %slot, %tile = task.acquire_slot %x writer 0 : !tiles
  // expected-error @+1 {{'memref.memory_space_cast' op: a tile stays in the workgroup space}}
  %a = memref.memory_space_cast %tile : !tile to memref<4xi32>
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

func.func @main() attributes {task.kernel} {
  // expected-error @+1 {{'task.tile_channel' in @main, which has no scope: run infer-scope first}}
  %x = task.tile_channel : !tiles
  return
}

// -----

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

func.func @main(%n: index) attributes {task.kernel, task.scope = "lane"} {
  %x = task.tile_channel : !tiles
  // expected-error @+1 {{'scf.for' is left: run scf-to-cf first}}
  scf.for %i = %n to %n step %n {
    task.close %x : !tiles
  }
  return
}
