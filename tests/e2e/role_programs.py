"""Small kernels of roles, each of which uses tile channels in a way of its own, and what NumPy says of them."""

from __future__ import annotations

TYPES = """
!tile = memref<8xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>
!slot = !task.slot<!tile>
"""

UNTIL_CLOSED = """
// The reader goes on until the channel is closed. Tile t has t + 1 in all places; the sum of all goes to out.
async.func @write(%n: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  scf.for %t = %c0 to %n step %c1 {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %t1 = arith.addi %t, %c1 : index
    %ti = arith.index_cast %t1 : index to i32
    %x = arith.sitofp %ti : i32 to f32
    scf.for %e = %lane to %c8 step %lanes {
      memref.store %x, %tile[%e] : !tile
    }
    task.commit_slot %slot : !slot
  }
  task.close %ch : !tiles
  return
}
async.func @read(%out: memref<?xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %first = arith.cmpi eq, %lane, %c0 : index
  %sum = scf.while (%so = %zero) : (f32) -> (f32) {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    %next = scf.if %ok -> (f32) {
      %mine = scf.for %e = %lane to %c8 step %lanes iter_args(%s = %zero) -> (f32) {
        %x = memref.load %tile[%e] : !tile
        %more = arith.addf %s, %x : f32
        scf.yield %more : f32
      }
      %all = gpu.subgroup_reduce add %mine : (f32) -> f32
      task.release_slot %slot : !slot
      %new = arith.addf %so, %all : f32
      scf.yield %new : f32
    } else {
      scf.yield %so : f32
    }
    scf.condition(%ok) %next : f32
  } do {
  ^bb0(%s: f32):
    scf.yield %s : f32
  }
  scf.if %first {
    memref.store %sum, %out[%c0] : memref<?xf32>
  }
  return
}
func.func @main(%out: memref<?xf32>, %n: index) attributes {task.kernel} {
  %ch = task.tile_channel {depth = DEPTH : i32} : !tiles
  %0 = async.call @write(%n, %ch) : (index, !tiles) -> !async.token
  %1 = async.call @read(%out, %ch) : (memref<?xf32>, !tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}
"""

HALVES = """
// Two writers fill a half of each of 3 * n tiles, by copies, which start anywhere; two readers see each tile, and hold one while they
// receive the next, of the 3 tiles of a round. out[r] = sum over rounds of 2 a + 2 b + c, of the half r of tiles a, b and c.
async.func @write(%x: memref<?xf32>, %n: index, %at: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c3 = arith.constant 3 : index
  scf.for %round = %c0 to %n step %c1 {
  scf.for %k = %c0 to %c3 step %c1 {
    %before = arith.muli %round, %c3 : index
    %t = arith.addi %before, %k : index
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %first = arith.muli %t, %c8 : index
    %from = arith.addi %first, %at : index
    task.copy %x[%from], %tile[%c0], %c4 into %slot : memref<?xf32>, !tile, !slot
    task.commit_slot %slot : !slot
  }
  }
  task.close %ch : !tiles
  return
}
async.func @write_too(%x: memref<?xf32>, %n: index, %at: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c3 = arith.constant 3 : index
  scf.for %round = %c0 to %n step %c1 {
  scf.for %k = %c0 to %c3 step %c1 {
    %before = arith.muli %round, %c3 : index
    %t = arith.addi %before, %k : index
    %slot, %tile = task.acquire_slot %ch writer 1 : !tiles
    %first = arith.muli %t, %c8 : index
    %middle = arith.addi %first, %c4 : index
    %from = arith.addi %middle, %at : index
    task.copy %x[%from], %tile[%c4], %c4 into %slot : memref<?xf32>, !tile, !slot
    task.commit_slot %slot : !slot
  }
  }
  task.close %ch : !tiles
  return
}
READERS
func.func @main(%x: memref<?xf32>, %out: memref<?xf32>, %n: index, %at: index) attributes {task.kernel} {
  %ch = task.tile_channel {depth = DEPTH : i32, writers = 2 : i32, readers = 2 : i32} : !tiles
  %c4 = arith.constant 4 : index
  %group = async.create_group %c4 : !async.group
  %0 = async.call @write(%x, %n, %at, %ch) : (memref<?xf32>, index, index, !tiles) -> !async.token
  %1 = async.call @write_too(%x, %n, %at, %ch) : (memref<?xf32>, index, index, !tiles) -> !async.token
  %2 = async.call @read0(%out, %n, %ch) : (memref<?xf32>, index, !tiles) -> !async.token
  %3 = async.call @read1(%out, %n, %ch) : (memref<?xf32>, index, !tiles) -> !async.token
  %r0 = async.add_to_group %0, %group : !async.token
  %r1 = async.add_to_group %1, %group : !async.token
  %r2 = async.add_to_group %2, %group : !async.token
  %r3 = async.add_to_group %3, %group : !async.token
  async.await_all %group
  return
}
"""

_READER = """
async.func @readR(%out: memref<?xf32>, %n: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c1 = arith.constant 1 : index
  %none = arith.constant 0.0 : f32
  %begin = arith.constant BEGIN : index
  %end = arith.constant END : index
  %place = arith.constant R : index
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %from = arith.addi %begin, %lane : index
  %c0 = arith.constant 0 : index
  %first = arith.cmpi eq, %lane, %c0 : index
  %c2 = arith.constant 2 : index
  %sum = scf.for %round = %c0 to %n step %c1 iter_args(%before = %none) -> (f32) {
    %slot0, %tile0, %ok0 = task.receive_slot %ch reader R : !tiles
    %s0 = scf.for %e = %from to %end step %lanes iter_args(%s = %before) -> (f32) {
      %v = memref.load %tile0[%e] : !tile
      %w = arith.addf %s, %v : f32
      scf.yield %w : f32
    }
    %left, %view, %all = scf.for %t = %c0 to %c2 step %c1 iter_args(%held = %slot0, %old = %tile0, %so = %s0) -> (!slot, !tile, f32) {
      %slot, %tile, %ok = task.receive_slot %ch reader R : !tiles
      %s1 = scf.for %e = %from to %end step %lanes iter_args(%s = %so) -> (f32) {
        %v = memref.load %tile[%e] : !tile
        %o = memref.load %old[%e] : !tile
        %vo = arith.addf %v, %o : f32
        %w = arith.addf %s, %vo : f32
        scf.yield %w : f32
      }
      task.release_slot %held : !slot
      scf.yield %slot, %tile, %s1 : !slot, !tile, f32
    }
    task.release_slot %left : !slot
    scf.yield %all : f32
  }
  %both = gpu.subgroup_reduce add %sum : (f32) -> f32
  scf.if %first {
    memref.store %both, %out[%place] : memref<?xf32>
  }
  return
}
"""

PIECES = """
// Copies of any length from anywhere to anywhere in a tile, and from the tile to out, by tokens: out[i] = x[i] + 1 for the part.
async.func @load(%x: memref<?xf32>, %from: index, %at: index, %n: index, %ch: !wides) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !wides
  task.copy %x[%from], %tile[%at], %n into %slot : memref<?xf32>, !wide, !task.slot<!wide>
  task.commit_slot %slot : !task.slot<!wide>
  %slot1, %tile1 = task.acquire_slot %ch writer 0 : !wides
  task.copy %x[%from], %tile1[%at], %n into %slot1 : memref<?xf32>, !wide, !task.slot<!wide>
  task.commit_slot %slot1 : !task.slot<!wide>
  task.close %ch : !wides
  return
}
async.func @store(%out: memref<?xf32>, %from: index, %at: index, %n: index, %ch: !wides, %to: !wides) -> !async.token
    attributes {task.scope = "warp"} {
  %one = arith.constant 1.0 : f32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %unused, %tile0, %ok0 = task.receive_slot %ch reader 0 : !wides
  task.release_slot %unused : !task.slot<!wide>
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !wides
  %own, %mine = task.acquire_slot %to writer 0 : !wides
  %t = task.copy %tile[%at], %mine[%at], %n : !wide, !wide -> !async.token
  async.await %t : !async.token
  scf.for %e = %lane to %n step %lanes {
    %i = arith.addi %e, %at : index
    %v = memref.load %mine[%i] : !wide
    %w = arith.addf %v, %one : f32
    memref.store %w, %mine[%i] : !wide
  }
  task.release_slot %slot : !task.slot<!wide>
  task.commit_slot %own : !task.slot<!wide>
  task.close %to : !wides
  return
}
async.func @out(%out: memref<?xf32>, %from: index, %at: index, %n: index, %ch: !wides) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !wides
  %t = task.copy %tile[%at], %out[%from], %n : !wide, memref<?xf32> -> !async.token
  async.await %t : !async.token
  task.release_slot %slot : !task.slot<!wide>
  return
}
func.func @main(%x: memref<?xf32>, %out: memref<?xf32>, %from: index, %at: index, %n: index) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 1 : i32} : !wides
  %to = task.tile_channel {depth = 1 : i32} : !wides
  %0 = async.call @load(%x, %from, %at, %n, %ch) : (memref<?xf32>, index, index, index, !wides) -> !async.token
  %1 = async.call @store(%out, %from, %at, %n, %ch, %to) : (memref<?xf32>, index, index, index, !wides, !wides) -> !async.token
  %2 = async.call @out(%out, %from, %at, %n, %to) : (memref<?xf32>, index, index, index, !wides) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  async.await %2 : !async.token
  return
}
"""


def until_closed(depth: int) -> str:
    """A reader that goes on until the channel is closed: kernel (out, tiles)."""
    return TYPES + UNTIL_CLOSED.replace("DEPTH", str(depth))


def halves(depth: int) -> str:
    """Two writers and two readers of a channel: kernel (x, out, rounds of 3 tiles, where x begins)."""
    readers = [_READER.replace("BEGIN", str(4 * r)).replace("END", str(4 * r + 4)).replace("R", str(r)) for r in (0, 1)]
    return TYPES + HALVES.replace("DEPTH", str(depth)).replace("READERS", "".join(readers))


def pieces() -> str:
    """Copies of any part: kernel (x, out, where it begins in both, where in the tile, length)."""
    return "!wide = memref<64xf32, #gpu.address_space<workgroup>>\n!wides = !task.tile_channel<!wide>\n" + PIECES


UNBOUNDED = """
// Both roles have a loop of which nobody knows how often it runs: halving x until it is 1. The loader copies x, the other one counts.
func.func private @halvings(%x: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %n, %end = scf.while (%k = %c0, %v = %x) : (i32, i32) -> (i32, i32) {
    %more = arith.cmpi sgt, %v, %c1 : i32
    scf.condition(%more) %k, %v : i32, i32
  } do {
  ^bb0(%k: i32, %v: i32):
    %k1 = arith.addi %k, %c1 : i32
    %half = arith.shrsi %v, %c1 : i32
    scf.yield %k1, %half : i32, i32
  }
  return %n : i32
}
async.func @load(%x: memref<4xi32>, %limit: i32, %ch: !fours) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %slot, %tile = task.acquire_slot %ch writer 0 : !fours
  task.copy %x[%c0], %tile[%c0], %c4 into %slot : memref<4xi32>, !four, !task.slot<!four>
  task.commit_slot %slot : !task.slot<!four>
  %first = memref.load %x[%c0] : memref<4xi32>
  %n = func.call @halvings(%first) : (i32) -> i32
  %fine = arith.cmpi sle, %n, %limit : i32
  cf.assert %fine, "too many"
  task.close %ch : !fours
  return
}
async.func @count(%out: memref<4xi32>, %ch: !fours) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !fours
  scf.for %i = %c0 to %c4 step %c1 {
    %x = memref.load %tile[%i] : !four
    %n = func.call @halvings(%x) : (i32) -> i32
    memref.store %n, %out[%i] : memref<4xi32>
  }
  task.release_slot %slot : !task.slot<!four>
  return
}
func.func @main(%x: memref<4xi32>, %out: memref<4xi32>, %limit: i32) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !fours
  %0 = async.call @load(%x, %limit, %ch) : (memref<4xi32>, i32, !fours) -> !async.token
  %1 = async.call @count(%out, %ch) : (memref<4xi32>, !fours) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}
"""


def unbounded() -> str:
    """Loops without a bound, and an assertion behind a copy: kernel (x, out, limit of the halvings of x[0])."""
    return "!four = memref<4xi32, #gpu.address_space<workgroup>>\n!fours = !task.tile_channel<!four>\n" + UNBOUNDED
