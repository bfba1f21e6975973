// a = b + s * c as two roles with a pipeline between them. One warp copies tiles of b and c into the slots of a tile channel, another one
// computes from them: while that works on one tile, up to 4 more are on their way. The copies complete with their slot, so the loader waits
// for an empty slot and for nothing else.
//
// Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.
//
//     python -c "import numpy as np; np.save('b.npy', np.arange(1e6, dtype='f4')); np.save('c.npy', np.ones(1000000, 'f4'))"
//     asyncir run examples/triad.mlir --args zeros:f32:1000000 @b.npy @c.npy 3.0 --instances 8 --save 0=a.npy
//
// prints nothing: the kernel has no result. a.npy holds b + 3 * c.

!tile = memref<2x1024xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func private @load(%b: memref<?xf32>, %c: memref<?xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %width = arith.constant 1024 : index
  %n = memref.dim %b, %c0 : memref<?xf32>
  %count = arith.ceildivui %n, %width : index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %first = arith.muli %t, %width : index
    %left = arith.subi %n, %first : index
    %m = arith.minui %left, %width : index
    task.copy %b[%first], %tile[%c0, %c0], %m into %slot : memref<?xf32>, !tile, !task.slot<!tile>
    task.copy %c[%first], %tile[%c1, %c0], %m into %slot : memref<?xf32>, !tile, !task.slot<!tile>
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  return
}

async.func private @compute(%a: memref<?xf32>, %s: f32, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %width = arith.constant 1024 : index
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %n = memref.dim %a, %c0 : memref<?xf32>
  %count = arith.ceildivui %n, %width : index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    %first = arith.muli %t, %width : index
    %left = arith.subi %n, %first : index
    %m = arith.minui %left, %width : index
    scf.for %e = %lane to %m step %lanes {
      %b = memref.load %tile[%c0, %e] : !tile
      %c = memref.load %tile[%c1, %e] : !tile
      %sc = arith.mulf %s, %c : f32
      %x = arith.addf %b, %sc : f32
      %i = arith.addi %first, %e : index
      memref.store %x, %a[%i] : memref<?xf32>
    }
    task.release_slot %slot : !task.slot<!tile>
  }
  return
}

func.func @triad(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %s: f32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %n_a = memref.dim %a, %c0 : memref<?xf32>
  %n_b = memref.dim %b, %c0 : memref<?xf32>
  %n_c = memref.dim %c, %c0 : memref<?xf32>
  %same_b = arith.cmpi eq, %n_a, %n_b : index
  %same_c = arith.cmpi eq, %n_a, %n_c : index
  %same = arith.andi %same_b, %same_c : i1
  cf.assert %same, "triad needs arrays of one length"
  %ch = task.tile_channel {depth = 4 : i32} : !tiles
  %loaded = async.call @load(%b, %c, %ch) : (memref<?xf32>, memref<?xf32>, !tiles) -> !async.token
  %computed = async.call @compute(%a, %s, %ch) : (memref<?xf32>, f32, !tiles) -> !async.token
  async.await %loaded : !async.token
  async.await %computed : !async.token
  return
}
