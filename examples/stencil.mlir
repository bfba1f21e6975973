// out[i] = w * x[i - 1] + (1 - 2 w) * x[i] + w * x[i + 1], one step of diffusion on a line that ends in zeros, in two roles. Each tile
// carries its halo: the loader copies one element more on both sides than the tile's results need, and writes the zeros at the ends of
// the line itself.
//
//     tile:   x[first - 1] | x[first] ... x[first + m - 1] | x[first + m]
//
// Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.
//
//     python -c "import numpy as np; np.save('x.npy', np.arange(1000, dtype='f4'))"
//     asyncir run examples/stencil.mlir --args @x.npy zeros:f32:1000 0.25 --save 1=out.npy
//
// prints nothing: the kernel has no result.

!tile = memref<514xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

// How many tiles there are for n elements.
func.func private @tiles(%n: index) -> index {
  %width = arith.constant 512 : index
  %count = arith.ceildivui %n, %width : index
  return %count : index
}

// Where tile t begins, and how many results it has.
func.func private @part(%n: index, %t: index) -> (index, index) {
  %width = arith.constant 512 : index
  %first = arith.muli %t, %width : index
  %left = arith.subi %n, %first : index
  %m = arith.minui %left, %width : index
  return %first, %m : index, index
}

async.func private @load(%x: memref<?xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %lane = gpu.lane_id
  %is_first = arith.cmpi eq, %lane, %c0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %end = arith.addi %first, %m : index
    %at_begin = arith.cmpi eq, %first, %c0 : index
    %at_end = arith.cmpi eq, %end, %n : index
    // What there is of x from first - 1 to end, and where in the tile it begins.
    %before = arith.select %at_begin, %c0, %c1 : index
    %behind = arith.select %at_end, %c0, %c1 : index
    %from = arith.subi %first, %before : index
    %to = arith.subi %c1, %before : index
    %with_before = arith.addi %m, %before : index
    %size = arith.addi %with_before, %behind : index
    task.copy %x[%from], %tile[%to], %size into %slot : memref<?xf32>, !tile, !task.slot<!tile>
    %writes_begin = arith.andi %at_begin, %is_first : i1
    scf.if %writes_begin {
      memref.store %zero, %tile[%c0] : !tile
    }
    %writes_end = arith.andi %at_end, %is_first : i1
    scf.if %writes_end {
      %last = arith.addi %m, %c1 : index
      memref.store %zero, %tile[%last] : !tile
    }
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  return
}

async.func private @compute(%out: memref<?xf32>, %w: f32, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %one = arith.constant 1.0 : f32
  %w2 = arith.addf %w, %w : f32
  %middle = arith.subf %one, %w2 : f32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %n = memref.dim %out, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    scf.for %e = %lane to %m step %lanes {
      %e1 = arith.addi %e, %c1 : index
      %e2 = arith.addi %e, %c2 : index
      %left = memref.load %tile[%e] : !tile
      %own = memref.load %tile[%e1] : !tile
      %right = memref.load %tile[%e2] : !tile
      %0 = arith.mulf %w, %left : f32
      %1 = arith.mulf %middle, %own : f32
      %2 = arith.mulf %w, %right : f32
      %3 = arith.addf %0, %1 : f32
      %y = arith.addf %3, %2 : f32
      %i = arith.addi %first, %e : index
      memref.store %y, %out[%i] : memref<?xf32>
    }
    task.release_slot %slot : !task.slot<!tile>
  }
  return
}

func.func @stencil(%x: memref<?xf32>, %out: memref<?xf32>, %w: f32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %n_out = memref.dim %out, %c0 : memref<?xf32>
  %same = arith.cmpi eq, %n, %n_out : index
  cf.assert %same, "stencil needs arrays of one length"
  %ch = task.tile_channel {depth = 4 : i32} : !tiles
  %loaded = async.call @load(%x, %ch) : (memref<?xf32>, !tiles) -> !async.token
  %computed = async.call @compute(%out, %w, %ch) : (memref<?xf32>, f32, !tiles) -> !async.token
  async.await %loaded : !async.token
  async.await %computed : !async.token
  return
}
