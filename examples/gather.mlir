// out[i] = scale * table[index[i]] + offset in three roles: one warp copies tiles of indices, one gathers what they name, and one computes.
// Each element of the table that is asked for is a memory access of its own, and the gathering warp does nothing else.
//
// Every index must be one of the table's; the launch fails with the first tile in which one is not. Instances share the tiles: instance i
// takes the tiles i, i + N, ...; the last tile may be shorter.
//
//     python -c "import numpy as np; np.save('index.npy', np.arange(999, -1, -1, dtype='i4'))"
//     python -c "import numpy as np; np.save('table.npy', np.arange(1000, dtype='f4'))"
//     asyncir run examples/gather.mlir --args @index.npy @table.npy zeros:f32:1000 2.0 1.0 --save 2=out.npy
//
// prints nothing: the kernel has no result.

!index_tile = memref<512xi32, #gpu.address_space<workgroup>>
!index_tiles = !task.tile_channel<!index_tile>
!value_tile = memref<512xf32, #gpu.address_space<workgroup>>
!value_tiles = !task.tile_channel<!value_tile>

// How many tiles there are for n elements.
func.func private @tiles(%n: index) -> index {
  %width = arith.constant 512 : index
  %count = arith.ceildivui %n, %width : index
  return %count : index
}

// Where tile t begins, and how many elements it has.
func.func private @part(%n: index, %t: index) -> (index, index) {
  %width = arith.constant 512 : index
  %first = arith.muli %t, %width : index
  %left = arith.subi %n, %first : index
  %m = arith.minui %left, %width : index
  return %first, %m : index, index
}

async.func private @load(%index: memref<?xi32>, %ch: !index_tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %index, %c0 : memref<?xi32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile = task.acquire_slot %ch writer 0 : !index_tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    task.copy %index[%first], %tile[%c0], %m into %slot : memref<?xi32>, !index_tile, !task.slot<!index_tile>
    task.commit_slot %slot : !task.slot<!index_tile>
  }
  task.close %ch : !index_tiles
  return
}

async.func private @gather_tiles(%n: index, %table: memref<?xf32>, %from: !index_tiles, %to: !value_tiles) -> !async.token
    attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %nothing = arith.constant 0.0 : f32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %size = memref.dim %table, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %in, %indices, %ok = task.receive_slot %from reader 0 : !index_tiles
    %out, %values = task.acquire_slot %to writer 0 : !value_tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %mine = scf.for %e = %lane to %m step %lanes iter_args(%good = %true) -> (i1) {
      %narrow = memref.load %indices[%e] : !index_tile
      %i = arith.index_cast %narrow : i32 to index
      // One comparison: a negative index is a large one.
      %inside = arith.cmpi ult, %i, %size : index
      %value = scf.if %inside -> (f32) {
        %found = memref.load %table[%i] : memref<?xf32>
        scf.yield %found : f32
      } else {
        scf.yield %nothing : f32
      }
      memref.store %value, %values[%e] : !value_tile
      %still = arith.andi %good, %inside : i1
      scf.yield %still : i1
    }
    %wide = arith.extui %mine : i1 to i32
    %all = gpu.subgroup_reduce minui %wide : (i32) -> i32
    %fine = arith.trunci %all : i32 to i1
    cf.assert %fine, "every index must be one of the table's"
    task.release_slot %in : !task.slot<!index_tile>
    task.commit_slot %out : !task.slot<!value_tile>
  }
  task.close %to : !value_tiles
  return
}

async.func private @compute(%out: memref<?xf32>, %scale: f32, %offset: f32, %ch: !value_tiles) -> !async.token
    attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %n = memref.dim %out, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !value_tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    scf.for %e = %lane to %m step %lanes {
      %value = memref.load %tile[%e] : !value_tile
      %scaled = arith.mulf %scale, %value : f32
      %y = arith.addf %scaled, %offset : f32
      %i = arith.addi %first, %e : index
      memref.store %y, %out[%i] : memref<?xf32>
    }
    task.release_slot %slot : !task.slot<!value_tile>
  }
  return
}

func.func @gather(%index: memref<?xi32>, %table: memref<?xf32>, %out: memref<?xf32>, %scale: f32, %offset: f32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %index, %c0 : memref<?xi32>
  %n_out = memref.dim %out, %c0 : memref<?xf32>
  %same = arith.cmpi eq, %n, %n_out : index
  cf.assert %same, "gather needs as many indices as results"
  %indices = task.tile_channel {depth = 4 : i32} : !index_tiles
  %values = task.tile_channel {depth = 4 : i32} : !value_tiles
  %0 = async.call @load(%index, %indices) : (memref<?xi32>, !index_tiles) -> !async.token
  %1 = async.call @gather_tiles(%n, %table, %indices, %values)
    : (index, memref<?xf32>, !index_tiles, !value_tiles) -> !async.token
  %2 = async.call @compute(%out, %scale, %offset, %values) : (memref<?xf32>, f32, f32, !value_tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  async.await %2 : !async.token
  return
}
