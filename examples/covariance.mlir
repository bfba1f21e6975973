// The uncentred second moments of a stream of samples with 24 channels: sums[i, j] = sum over all samples of x[i] * x[j], for i <= j,
// which are 300 sums of products. A sample's channels lie in 24 rows (structure of arrays). 300 sums do not fit the registers of one
// thread; so one warp loads tiles, and each of six others sees every tile and has a part of the sums in its registers, those of two
// blocks of 8 channels:
//
//     channels    0-7     8-15    16-23
//        0-7     role 0  role 3  role 4      roles 0, 1, 2: 36 sums each, of channels of one block
//        8-15            role 1  role 5      roles 3, 4, 5: 64 sums each
//       16-23                    role 2
//
// The lanes of a warp take samples in turns, and add up what they have at the end. Instances share the tiles: instance i takes the
// tiles i, i + N, ..., and adds its sums to `sums`; the last tile may be shorter. What is below the diagonal is not touched.
//
//     python -c "import numpy as np; np.save('x.npy', np.random.rand(24, 100000).astype('f4'))"
//     asyncir run examples/covariance.mlir --args @x.npy zeros:f32:24x24 --instances 4 --save 1=sums.npy
//
// prints nothing: the kernel has no result. The rest of the figure, the two kinds of blocks and the six roles, is long, but regular.

!tile = memref<24x128xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

// How many tiles there are for n samples.
func.func private @tiles(%n: index) -> index {
  %width = arith.constant 128 : index
  %count = arith.ceildivui %n, %width : index
  return %count : index
}

// Where tile t begins, and how many samples it has.
func.func private @part(%n: index, %t: index) -> (index, index) {
  %width = arith.constant 128 : index
  %first = arith.muli %t, %width : index
  %left = arith.subi %n, %first : index
  %m = arith.minui %left, %width : index
  return %first, %m : index, index
}

func.func @covariance(%x: memref<24x?xf32>, %sums: memref<24x24xf32>) attributes {task.kernel} {
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c1 : memref<24x?xf32>
  %ch = task.tile_channel {depth = 4 : i32, readers = 6 : i32} : !tiles
  %load = async.call @load(%x, %ch) : (memref<24x?xf32>, !tiles) -> !async.token
  %0 = async.call @role0(%n, %sums, %ch) : (index, memref<24x24xf32>, !tiles) -> !async.token
  %1 = async.call @role1(%n, %sums, %ch) : (index, memref<24x24xf32>, !tiles) -> !async.token
  %2 = async.call @role2(%n, %sums, %ch) : (index, memref<24x24xf32>, !tiles) -> !async.token
  %3 = async.call @role3(%n, %sums, %ch) : (index, memref<24x24xf32>, !tiles) -> !async.token
  %4 = async.call @role4(%n, %sums, %ch) : (index, memref<24x24xf32>, !tiles) -> !async.token
  %5 = async.call @role5(%n, %sums, %ch) : (index, memref<24x24xf32>, !tiles) -> !async.token
  async.await %load : !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  async.await %2 : !async.token
  async.await %3 : !async.token
  async.await %4 : !async.token
  async.await %5 : !async.token
  return
}

async.func private @load(%x: memref<24x?xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %channels = arith.constant 24 : index
  %n = memref.dim %x, %c1 : memref<24x?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    scf.for %channel = %c0 to %channels step %c1 {
      task.copy %x[%channel, %first], %tile[%channel, %c0], %m into %slot : memref<24x?xf32>, !tile, !task.slot<!tile>
    }
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  return
}

// Adds what the lanes of a warp have to one sum.
func.func private @add_one(%sums: memref<24x24xf32>, %row: index, %column: index, %part: f32) {
  %c0 = arith.constant 0 : index
  %lane = gpu.lane_id
  %is_first = arith.cmpi eq, %lane, %c0 : index
  %sum = gpu.subgroup_reduce add %part : (f32) -> f32
  scf.if %is_first {
    %old = memref.atomic_rmw addf %sum, %sums[%row, %column] : (f32, memref<24x24xf32>) -> f32
  }
  return
}

// Adds the products of channels row ... row + 7 with each other, over the samples of a tile.
func.func private @same(%tile: !tile, %row: index, %m: index,
    %a00: f32, %a01: f32, %a02: f32, %a03: f32, %a04: f32, %a05: f32, %a06: f32, %a07: f32, %a11: f32, %a12: f32, %a13: f32, %a14: f32,
    %a15: f32, %a16: f32, %a17: f32, %a22: f32, %a23: f32, %a24: f32, %a25: f32, %a26: f32, %a27: f32, %a33: f32, %a34: f32, %a35: f32,
    %a36: f32, %a37: f32, %a44: f32, %a45: f32, %a46: f32, %a47: f32, %a55: f32, %a56: f32, %a57: f32, %a66: f32, %a67: f32, %a77: f32
  ) -> (
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  ) {
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %row1 = arith.addi %row, %c1 : index
  %row2 = arith.addi %row, %c2 : index
  %row3 = arith.addi %row, %c3 : index
  %row4 = arith.addi %row, %c4 : index
  %row5 = arith.addi %row, %c5 : index
  %row6 = arith.addi %row, %c6 : index
  %row7 = arith.addi %row, %c7 : index
  %r:36 = scf.for %e = %lane to %m step %lanes iter_args(
      %s00 = %a00, %s01 = %a01, %s02 = %a02, %s03 = %a03, %s04 = %a04, %s05 = %a05, %s06 = %a06, %s07 = %a07, %s11 = %a11, %s12 = %a12,
      %s13 = %a13, %s14 = %a14, %s15 = %a15, %s16 = %a16, %s17 = %a17, %s22 = %a22, %s23 = %a23, %s24 = %a24, %s25 = %a25, %s26 = %a26,
      %s27 = %a27, %s33 = %a33, %s34 = %a34, %s35 = %a35, %s36 = %a36, %s37 = %a37, %s44 = %a44, %s45 = %a45, %s46 = %a46, %s47 = %a47,
      %s55 = %a55, %s56 = %a56, %s57 = %a57, %s66 = %a66, %s67 = %a67, %s77 = %a77
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %x0 = memref.load %tile[%row, %e] : !tile
    %x1 = memref.load %tile[%row1, %e] : !tile
    %x2 = memref.load %tile[%row2, %e] : !tile
    %x3 = memref.load %tile[%row3, %e] : !tile
    %x4 = memref.load %tile[%row4, %e] : !tile
    %x5 = memref.load %tile[%row5, %e] : !tile
    %x6 = memref.load %tile[%row6, %e] : !tile
    %x7 = memref.load %tile[%row7, %e] : !tile
    %n00 = math.fma %x0, %x0, %s00 : f32
    %n01 = math.fma %x0, %x1, %s01 : f32
    %n02 = math.fma %x0, %x2, %s02 : f32
    %n03 = math.fma %x0, %x3, %s03 : f32
    %n04 = math.fma %x0, %x4, %s04 : f32
    %n05 = math.fma %x0, %x5, %s05 : f32
    %n06 = math.fma %x0, %x6, %s06 : f32
    %n07 = math.fma %x0, %x7, %s07 : f32
    %n11 = math.fma %x1, %x1, %s11 : f32
    %n12 = math.fma %x1, %x2, %s12 : f32
    %n13 = math.fma %x1, %x3, %s13 : f32
    %n14 = math.fma %x1, %x4, %s14 : f32
    %n15 = math.fma %x1, %x5, %s15 : f32
    %n16 = math.fma %x1, %x6, %s16 : f32
    %n17 = math.fma %x1, %x7, %s17 : f32
    %n22 = math.fma %x2, %x2, %s22 : f32
    %n23 = math.fma %x2, %x3, %s23 : f32
    %n24 = math.fma %x2, %x4, %s24 : f32
    %n25 = math.fma %x2, %x5, %s25 : f32
    %n26 = math.fma %x2, %x6, %s26 : f32
    %n27 = math.fma %x2, %x7, %s27 : f32
    %n33 = math.fma %x3, %x3, %s33 : f32
    %n34 = math.fma %x3, %x4, %s34 : f32
    %n35 = math.fma %x3, %x5, %s35 : f32
    %n36 = math.fma %x3, %x6, %s36 : f32
    %n37 = math.fma %x3, %x7, %s37 : f32
    %n44 = math.fma %x4, %x4, %s44 : f32
    %n45 = math.fma %x4, %x5, %s45 : f32
    %n46 = math.fma %x4, %x6, %s46 : f32
    %n47 = math.fma %x4, %x7, %s47 : f32
    %n55 = math.fma %x5, %x5, %s55 : f32
    %n56 = math.fma %x5, %x6, %s56 : f32
    %n57 = math.fma %x5, %x7, %s57 : f32
    %n66 = math.fma %x6, %x6, %s66 : f32
    %n67 = math.fma %x6, %x7, %s67 : f32
    %n77 = math.fma %x7, %x7, %s77 : f32
    scf.yield
      %n00, %n01, %n02, %n03, %n04, %n05, %n06, %n07, %n11, %n12, %n13, %n14, %n15, %n16, %n17, %n22, %n23, %n24, %n25, %n26, %n27, %n33,
      %n34, %n35, %n36, %n37, %n44, %n45, %n46, %n47, %n55, %n56, %n57, %n66, %n67, %n77 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  return
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35 :
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
}

// Adds the lanes' parts of these sums to what other instances found.
func.func private @add_same(%sums: memref<24x24xf32>, %row: index,
    %a00: f32, %a01: f32, %a02: f32, %a03: f32, %a04: f32, %a05: f32, %a06: f32, %a07: f32, %a11: f32, %a12: f32, %a13: f32, %a14: f32,
    %a15: f32, %a16: f32, %a17: f32, %a22: f32, %a23: f32, %a24: f32, %a25: f32, %a26: f32, %a27: f32, %a33: f32, %a34: f32, %a35: f32,
    %a36: f32, %a37: f32, %a44: f32, %a45: f32, %a46: f32, %a47: f32, %a55: f32, %a56: f32, %a57: f32, %a66: f32, %a67: f32, %a77: f32
  ) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %row1 = arith.addi %row, %c1 : index
  %row2 = arith.addi %row, %c2 : index
  %row3 = arith.addi %row, %c3 : index
  %row4 = arith.addi %row, %c4 : index
  %row5 = arith.addi %row, %c5 : index
  %row6 = arith.addi %row, %c6 : index
  %row7 = arith.addi %row, %c7 : index
  func.call @add_one(%sums, %row, %row, %a00) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row1, %a01) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row2, %a02) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row3, %a03) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row4, %a04) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row5, %a05) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row6, %a06) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %row7, %a07) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row1, %a11) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row2, %a12) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row3, %a13) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row4, %a14) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row5, %a15) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row6, %a16) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %row7, %a17) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %row2, %a22) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %row3, %a23) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %row4, %a24) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %row5, %a25) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %row6, %a26) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %row7, %a27) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %row3, %a33) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %row4, %a34) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %row5, %a35) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %row6, %a36) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %row7, %a37) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %row4, %a44) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %row5, %a45) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %row6, %a46) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %row7, %a47) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %row5, %a55) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %row6, %a56) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %row7, %a57) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %row6, %a66) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %row7, %a67) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %row7, %a77) : (memref<24x24xf32>, index, index, f32) -> ()
  return
}

// Adds the products of channels row ... row + 7 with channels column ... column + 7, over the samples of a tile.
func.func private @cross(%tile: !tile, %row: index, %column: index, %m: index,
    %a00: f32, %a01: f32, %a02: f32, %a03: f32, %a04: f32, %a05: f32, %a06: f32, %a07: f32, %a10: f32, %a11: f32, %a12: f32, %a13: f32,
    %a14: f32, %a15: f32, %a16: f32, %a17: f32, %a20: f32, %a21: f32, %a22: f32, %a23: f32, %a24: f32, %a25: f32, %a26: f32, %a27: f32,
    %a30: f32, %a31: f32, %a32: f32, %a33: f32, %a34: f32, %a35: f32, %a36: f32, %a37: f32, %a40: f32, %a41: f32, %a42: f32, %a43: f32,
    %a44: f32, %a45: f32, %a46: f32, %a47: f32, %a50: f32, %a51: f32, %a52: f32, %a53: f32, %a54: f32, %a55: f32, %a56: f32, %a57: f32,
    %a60: f32, %a61: f32, %a62: f32, %a63: f32, %a64: f32, %a65: f32, %a66: f32, %a67: f32, %a70: f32, %a71: f32, %a72: f32, %a73: f32,
    %a74: f32, %a75: f32, %a76: f32, %a77: f32
  ) -> (
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  ) {
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %row1 = arith.addi %row, %c1 : index
  %row2 = arith.addi %row, %c2 : index
  %row3 = arith.addi %row, %c3 : index
  %row4 = arith.addi %row, %c4 : index
  %row5 = arith.addi %row, %c5 : index
  %row6 = arith.addi %row, %c6 : index
  %row7 = arith.addi %row, %c7 : index
  %column1 = arith.addi %column, %c1 : index
  %column2 = arith.addi %column, %c2 : index
  %column3 = arith.addi %column, %c3 : index
  %column4 = arith.addi %column, %c4 : index
  %column5 = arith.addi %column, %c5 : index
  %column6 = arith.addi %column, %c6 : index
  %column7 = arith.addi %column, %c7 : index
  %r:64 = scf.for %e = %lane to %m step %lanes iter_args(
      %s00 = %a00, %s01 = %a01, %s02 = %a02, %s03 = %a03, %s04 = %a04, %s05 = %a05, %s06 = %a06, %s07 = %a07, %s10 = %a10, %s11 = %a11,
      %s12 = %a12, %s13 = %a13, %s14 = %a14, %s15 = %a15, %s16 = %a16, %s17 = %a17, %s20 = %a20, %s21 = %a21, %s22 = %a22, %s23 = %a23,
      %s24 = %a24, %s25 = %a25, %s26 = %a26, %s27 = %a27, %s30 = %a30, %s31 = %a31, %s32 = %a32, %s33 = %a33, %s34 = %a34, %s35 = %a35,
      %s36 = %a36, %s37 = %a37, %s40 = %a40, %s41 = %a41, %s42 = %a42, %s43 = %a43, %s44 = %a44, %s45 = %a45, %s46 = %a46, %s47 = %a47,
      %s50 = %a50, %s51 = %a51, %s52 = %a52, %s53 = %a53, %s54 = %a54, %s55 = %a55, %s56 = %a56, %s57 = %a57, %s60 = %a60, %s61 = %a61,
      %s62 = %a62, %s63 = %a63, %s64 = %a64, %s65 = %a65, %s66 = %a66, %s67 = %a67, %s70 = %a70, %s71 = %a71, %s72 = %a72, %s73 = %a73,
      %s74 = %a74, %s75 = %a75, %s76 = %a76, %s77 = %a77
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %x0 = memref.load %tile[%row, %e] : !tile
    %x1 = memref.load %tile[%row1, %e] : !tile
    %x2 = memref.load %tile[%row2, %e] : !tile
    %x3 = memref.load %tile[%row3, %e] : !tile
    %x4 = memref.load %tile[%row4, %e] : !tile
    %x5 = memref.load %tile[%row5, %e] : !tile
    %x6 = memref.load %tile[%row6, %e] : !tile
    %x7 = memref.load %tile[%row7, %e] : !tile
    %y0 = memref.load %tile[%column, %e] : !tile
    %y1 = memref.load %tile[%column1, %e] : !tile
    %y2 = memref.load %tile[%column2, %e] : !tile
    %y3 = memref.load %tile[%column3, %e] : !tile
    %y4 = memref.load %tile[%column4, %e] : !tile
    %y5 = memref.load %tile[%column5, %e] : !tile
    %y6 = memref.load %tile[%column6, %e] : !tile
    %y7 = memref.load %tile[%column7, %e] : !tile
    %n00 = math.fma %x0, %y0, %s00 : f32
    %n01 = math.fma %x0, %y1, %s01 : f32
    %n02 = math.fma %x0, %y2, %s02 : f32
    %n03 = math.fma %x0, %y3, %s03 : f32
    %n04 = math.fma %x0, %y4, %s04 : f32
    %n05 = math.fma %x0, %y5, %s05 : f32
    %n06 = math.fma %x0, %y6, %s06 : f32
    %n07 = math.fma %x0, %y7, %s07 : f32
    %n10 = math.fma %x1, %y0, %s10 : f32
    %n11 = math.fma %x1, %y1, %s11 : f32
    %n12 = math.fma %x1, %y2, %s12 : f32
    %n13 = math.fma %x1, %y3, %s13 : f32
    %n14 = math.fma %x1, %y4, %s14 : f32
    %n15 = math.fma %x1, %y5, %s15 : f32
    %n16 = math.fma %x1, %y6, %s16 : f32
    %n17 = math.fma %x1, %y7, %s17 : f32
    %n20 = math.fma %x2, %y0, %s20 : f32
    %n21 = math.fma %x2, %y1, %s21 : f32
    %n22 = math.fma %x2, %y2, %s22 : f32
    %n23 = math.fma %x2, %y3, %s23 : f32
    %n24 = math.fma %x2, %y4, %s24 : f32
    %n25 = math.fma %x2, %y5, %s25 : f32
    %n26 = math.fma %x2, %y6, %s26 : f32
    %n27 = math.fma %x2, %y7, %s27 : f32
    %n30 = math.fma %x3, %y0, %s30 : f32
    %n31 = math.fma %x3, %y1, %s31 : f32
    %n32 = math.fma %x3, %y2, %s32 : f32
    %n33 = math.fma %x3, %y3, %s33 : f32
    %n34 = math.fma %x3, %y4, %s34 : f32
    %n35 = math.fma %x3, %y5, %s35 : f32
    %n36 = math.fma %x3, %y6, %s36 : f32
    %n37 = math.fma %x3, %y7, %s37 : f32
    %n40 = math.fma %x4, %y0, %s40 : f32
    %n41 = math.fma %x4, %y1, %s41 : f32
    %n42 = math.fma %x4, %y2, %s42 : f32
    %n43 = math.fma %x4, %y3, %s43 : f32
    %n44 = math.fma %x4, %y4, %s44 : f32
    %n45 = math.fma %x4, %y5, %s45 : f32
    %n46 = math.fma %x4, %y6, %s46 : f32
    %n47 = math.fma %x4, %y7, %s47 : f32
    %n50 = math.fma %x5, %y0, %s50 : f32
    %n51 = math.fma %x5, %y1, %s51 : f32
    %n52 = math.fma %x5, %y2, %s52 : f32
    %n53 = math.fma %x5, %y3, %s53 : f32
    %n54 = math.fma %x5, %y4, %s54 : f32
    %n55 = math.fma %x5, %y5, %s55 : f32
    %n56 = math.fma %x5, %y6, %s56 : f32
    %n57 = math.fma %x5, %y7, %s57 : f32
    %n60 = math.fma %x6, %y0, %s60 : f32
    %n61 = math.fma %x6, %y1, %s61 : f32
    %n62 = math.fma %x6, %y2, %s62 : f32
    %n63 = math.fma %x6, %y3, %s63 : f32
    %n64 = math.fma %x6, %y4, %s64 : f32
    %n65 = math.fma %x6, %y5, %s65 : f32
    %n66 = math.fma %x6, %y6, %s66 : f32
    %n67 = math.fma %x6, %y7, %s67 : f32
    %n70 = math.fma %x7, %y0, %s70 : f32
    %n71 = math.fma %x7, %y1, %s71 : f32
    %n72 = math.fma %x7, %y2, %s72 : f32
    %n73 = math.fma %x7, %y3, %s73 : f32
    %n74 = math.fma %x7, %y4, %s74 : f32
    %n75 = math.fma %x7, %y5, %s75 : f32
    %n76 = math.fma %x7, %y6, %s76 : f32
    %n77 = math.fma %x7, %y7, %s77 : f32
    scf.yield
      %n00, %n01, %n02, %n03, %n04, %n05, %n06, %n07, %n10, %n11, %n12, %n13, %n14, %n15, %n16, %n17, %n20, %n21, %n22, %n23, %n24, %n25,
      %n26, %n27, %n30, %n31, %n32, %n33, %n34, %n35, %n36, %n37, %n40, %n41, %n42, %n43, %n44, %n45, %n46, %n47, %n50, %n51, %n52, %n53,
      %n54, %n55, %n56, %n57, %n60, %n61, %n62, %n63, %n64, %n65, %n66, %n67, %n70, %n71, %n72, %n73, %n74, %n75, %n76, %n77 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  return
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35, %r#36, %r#37, %r#38,
    %r#39, %r#40, %r#41, %r#42, %r#43, %r#44, %r#45, %r#46, %r#47, %r#48, %r#49, %r#50, %r#51, %r#52, %r#53, %r#54, %r#55, %r#56, %r#57,
    %r#58, %r#59, %r#60, %r#61, %r#62, %r#63 :
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
}

// Adds the lanes' parts of these sums to what other instances found.
func.func private @add_cross(%sums: memref<24x24xf32>, %row: index, %column: index,
    %a00: f32, %a01: f32, %a02: f32, %a03: f32, %a04: f32, %a05: f32, %a06: f32, %a07: f32, %a10: f32, %a11: f32, %a12: f32, %a13: f32,
    %a14: f32, %a15: f32, %a16: f32, %a17: f32, %a20: f32, %a21: f32, %a22: f32, %a23: f32, %a24: f32, %a25: f32, %a26: f32, %a27: f32,
    %a30: f32, %a31: f32, %a32: f32, %a33: f32, %a34: f32, %a35: f32, %a36: f32, %a37: f32, %a40: f32, %a41: f32, %a42: f32, %a43: f32,
    %a44: f32, %a45: f32, %a46: f32, %a47: f32, %a50: f32, %a51: f32, %a52: f32, %a53: f32, %a54: f32, %a55: f32, %a56: f32, %a57: f32,
    %a60: f32, %a61: f32, %a62: f32, %a63: f32, %a64: f32, %a65: f32, %a66: f32, %a67: f32, %a70: f32, %a71: f32, %a72: f32, %a73: f32,
    %a74: f32, %a75: f32, %a76: f32, %a77: f32
  ) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %row1 = arith.addi %row, %c1 : index
  %row2 = arith.addi %row, %c2 : index
  %row3 = arith.addi %row, %c3 : index
  %row4 = arith.addi %row, %c4 : index
  %row5 = arith.addi %row, %c5 : index
  %row6 = arith.addi %row, %c6 : index
  %row7 = arith.addi %row, %c7 : index
  %column1 = arith.addi %column, %c1 : index
  %column2 = arith.addi %column, %c2 : index
  %column3 = arith.addi %column, %c3 : index
  %column4 = arith.addi %column, %c4 : index
  %column5 = arith.addi %column, %c5 : index
  %column6 = arith.addi %column, %c6 : index
  %column7 = arith.addi %column, %c7 : index
  func.call @add_one(%sums, %row, %column, %a00) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column1, %a01) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column2, %a02) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column3, %a03) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column4, %a04) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column5, %a05) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column6, %a06) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row, %column7, %a07) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column, %a10) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column1, %a11) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column2, %a12) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column3, %a13) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column4, %a14) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column5, %a15) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column6, %a16) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row1, %column7, %a17) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column, %a20) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column1, %a21) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column2, %a22) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column3, %a23) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column4, %a24) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column5, %a25) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column6, %a26) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row2, %column7, %a27) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column, %a30) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column1, %a31) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column2, %a32) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column3, %a33) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column4, %a34) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column5, %a35) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column6, %a36) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row3, %column7, %a37) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column, %a40) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column1, %a41) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column2, %a42) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column3, %a43) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column4, %a44) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column5, %a45) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column6, %a46) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row4, %column7, %a47) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column, %a50) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column1, %a51) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column2, %a52) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column3, %a53) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column4, %a54) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column5, %a55) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column6, %a56) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row5, %column7, %a57) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column, %a60) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column1, %a61) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column2, %a62) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column3, %a63) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column4, %a64) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column5, %a65) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column6, %a66) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row6, %column7, %a67) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column, %a70) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column1, %a71) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column2, %a72) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column3, %a73) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column4, %a74) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column5, %a75) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column6, %a76) : (memref<24x24xf32>, index, index, f32) -> ()
  func.call @add_one(%sums, %row7, %column7, %a77) : (memref<24x24xf32>, index, index, f32) -> ()
  return
}

async.func private @role0(%n: index, %sums: memref<24x24xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %zero = arith.constant 0.0 : f32
  %row = arith.constant 0 : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  %r:36 = scf.for %t = %instance to %count step %instances iter_args(
      %s00 = %zero, %s01 = %zero, %s02 = %zero, %s03 = %zero, %s04 = %zero, %s05 = %zero, %s06 = %zero, %s07 = %zero, %s11 = %zero,
      %s12 = %zero, %s13 = %zero, %s14 = %zero, %s15 = %zero, %s16 = %zero, %s17 = %zero, %s22 = %zero, %s23 = %zero, %s24 = %zero,
      %s25 = %zero, %s26 = %zero, %s27 = %zero, %s33 = %zero, %s34 = %zero, %s35 = %zero, %s36 = %zero, %s37 = %zero, %s44 = %zero,
      %s45 = %zero, %s46 = %zero, %s47 = %zero, %s55 = %zero, %s56 = %zero, %s57 = %zero, %s66 = %zero, %s67 = %zero, %s77 = %zero
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %a:36 = func.call @same(%tile, %row, %m,
      %s00, %s01, %s02, %s03, %s04, %s05, %s06, %s07, %s11, %s12, %s13, %s14, %s15, %s16, %s17, %s22, %s23, %s24, %s25, %s26, %s27, %s33,
      %s34, %s35, %s36, %s37, %s44, %s45, %s46, %s47, %s55, %s56, %s57, %s66, %s67, %s77
      ) : (!tile, index, index,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
      ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
    task.release_slot %slot : !task.slot<!tile>
    scf.yield
      %a#0, %a#1, %a#2, %a#3, %a#4, %a#5, %a#6, %a#7, %a#8, %a#9, %a#10, %a#11, %a#12, %a#13, %a#14, %a#15, %a#16, %a#17, %a#18, %a#19,
      %a#20, %a#21, %a#22, %a#23, %a#24, %a#25, %a#26, %a#27, %a#28, %a#29, %a#30, %a#31, %a#32, %a#33, %a#34, %a#35 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  func.call @add_same(%sums, %row,
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35
    ) : (memref<24x24xf32>, index,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) -> ()
  return
}

async.func private @role1(%n: index, %sums: memref<24x24xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %zero = arith.constant 0.0 : f32
  %row = arith.constant 8 : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  %r:36 = scf.for %t = %instance to %count step %instances iter_args(
      %s00 = %zero, %s01 = %zero, %s02 = %zero, %s03 = %zero, %s04 = %zero, %s05 = %zero, %s06 = %zero, %s07 = %zero, %s11 = %zero,
      %s12 = %zero, %s13 = %zero, %s14 = %zero, %s15 = %zero, %s16 = %zero, %s17 = %zero, %s22 = %zero, %s23 = %zero, %s24 = %zero,
      %s25 = %zero, %s26 = %zero, %s27 = %zero, %s33 = %zero, %s34 = %zero, %s35 = %zero, %s36 = %zero, %s37 = %zero, %s44 = %zero,
      %s45 = %zero, %s46 = %zero, %s47 = %zero, %s55 = %zero, %s56 = %zero, %s57 = %zero, %s66 = %zero, %s67 = %zero, %s77 = %zero
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %slot, %tile, %ok = task.receive_slot %ch reader 1 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %a:36 = func.call @same(%tile, %row, %m,
      %s00, %s01, %s02, %s03, %s04, %s05, %s06, %s07, %s11, %s12, %s13, %s14, %s15, %s16, %s17, %s22, %s23, %s24, %s25, %s26, %s27, %s33,
      %s34, %s35, %s36, %s37, %s44, %s45, %s46, %s47, %s55, %s56, %s57, %s66, %s67, %s77
      ) : (!tile, index, index,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
      ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
    task.release_slot %slot : !task.slot<!tile>
    scf.yield
      %a#0, %a#1, %a#2, %a#3, %a#4, %a#5, %a#6, %a#7, %a#8, %a#9, %a#10, %a#11, %a#12, %a#13, %a#14, %a#15, %a#16, %a#17, %a#18, %a#19,
      %a#20, %a#21, %a#22, %a#23, %a#24, %a#25, %a#26, %a#27, %a#28, %a#29, %a#30, %a#31, %a#32, %a#33, %a#34, %a#35 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  func.call @add_same(%sums, %row,
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35
    ) : (memref<24x24xf32>, index,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) -> ()
  return
}

async.func private @role2(%n: index, %sums: memref<24x24xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %zero = arith.constant 0.0 : f32
  %row = arith.constant 16 : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  %r:36 = scf.for %t = %instance to %count step %instances iter_args(
      %s00 = %zero, %s01 = %zero, %s02 = %zero, %s03 = %zero, %s04 = %zero, %s05 = %zero, %s06 = %zero, %s07 = %zero, %s11 = %zero,
      %s12 = %zero, %s13 = %zero, %s14 = %zero, %s15 = %zero, %s16 = %zero, %s17 = %zero, %s22 = %zero, %s23 = %zero, %s24 = %zero,
      %s25 = %zero, %s26 = %zero, %s27 = %zero, %s33 = %zero, %s34 = %zero, %s35 = %zero, %s36 = %zero, %s37 = %zero, %s44 = %zero,
      %s45 = %zero, %s46 = %zero, %s47 = %zero, %s55 = %zero, %s56 = %zero, %s57 = %zero, %s66 = %zero, %s67 = %zero, %s77 = %zero
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %slot, %tile, %ok = task.receive_slot %ch reader 2 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %a:36 = func.call @same(%tile, %row, %m,
      %s00, %s01, %s02, %s03, %s04, %s05, %s06, %s07, %s11, %s12, %s13, %s14, %s15, %s16, %s17, %s22, %s23, %s24, %s25, %s26, %s27, %s33,
      %s34, %s35, %s36, %s37, %s44, %s45, %s46, %s47, %s55, %s56, %s57, %s66, %s67, %s77
      ) : (!tile, index, index,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
      ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
    task.release_slot %slot : !task.slot<!tile>
    scf.yield
      %a#0, %a#1, %a#2, %a#3, %a#4, %a#5, %a#6, %a#7, %a#8, %a#9, %a#10, %a#11, %a#12, %a#13, %a#14, %a#15, %a#16, %a#17, %a#18, %a#19,
      %a#20, %a#21, %a#22, %a#23, %a#24, %a#25, %a#26, %a#27, %a#28, %a#29, %a#30, %a#31, %a#32, %a#33, %a#34, %a#35 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  func.call @add_same(%sums, %row,
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35
    ) : (memref<24x24xf32>, index,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) -> ()
  return
}

async.func private @role3(%n: index, %sums: memref<24x24xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %zero = arith.constant 0.0 : f32
  %row = arith.constant 0 : index
  %column = arith.constant 8 : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  %r:64 = scf.for %t = %instance to %count step %instances iter_args(
      %s00 = %zero, %s01 = %zero, %s02 = %zero, %s03 = %zero, %s04 = %zero, %s05 = %zero, %s06 = %zero, %s07 = %zero, %s10 = %zero,
      %s11 = %zero, %s12 = %zero, %s13 = %zero, %s14 = %zero, %s15 = %zero, %s16 = %zero, %s17 = %zero, %s20 = %zero, %s21 = %zero,
      %s22 = %zero, %s23 = %zero, %s24 = %zero, %s25 = %zero, %s26 = %zero, %s27 = %zero, %s30 = %zero, %s31 = %zero, %s32 = %zero,
      %s33 = %zero, %s34 = %zero, %s35 = %zero, %s36 = %zero, %s37 = %zero, %s40 = %zero, %s41 = %zero, %s42 = %zero, %s43 = %zero,
      %s44 = %zero, %s45 = %zero, %s46 = %zero, %s47 = %zero, %s50 = %zero, %s51 = %zero, %s52 = %zero, %s53 = %zero, %s54 = %zero,
      %s55 = %zero, %s56 = %zero, %s57 = %zero, %s60 = %zero, %s61 = %zero, %s62 = %zero, %s63 = %zero, %s64 = %zero, %s65 = %zero,
      %s66 = %zero, %s67 = %zero, %s70 = %zero, %s71 = %zero, %s72 = %zero, %s73 = %zero, %s74 = %zero, %s75 = %zero, %s76 = %zero,
      %s77 = %zero
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %slot, %tile, %ok = task.receive_slot %ch reader 3 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %a:64 = func.call @cross(%tile, %row, %column, %m,
      %s00, %s01, %s02, %s03, %s04, %s05, %s06, %s07, %s10, %s11, %s12, %s13, %s14, %s15, %s16, %s17, %s20, %s21, %s22, %s23, %s24, %s25,
      %s26, %s27, %s30, %s31, %s32, %s33, %s34, %s35, %s36, %s37, %s40, %s41, %s42, %s43, %s44, %s45, %s46, %s47, %s50, %s51, %s52, %s53,
      %s54, %s55, %s56, %s57, %s60, %s61, %s62, %s63, %s64, %s65, %s66, %s67, %s70, %s71, %s72, %s73, %s74, %s75, %s76, %s77
      ) : (!tile, index, index, index,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
      ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
    task.release_slot %slot : !task.slot<!tile>
    scf.yield
      %a#0, %a#1, %a#2, %a#3, %a#4, %a#5, %a#6, %a#7, %a#8, %a#9, %a#10, %a#11, %a#12, %a#13, %a#14, %a#15, %a#16, %a#17, %a#18, %a#19,
      %a#20, %a#21, %a#22, %a#23, %a#24, %a#25, %a#26, %a#27, %a#28, %a#29, %a#30, %a#31, %a#32, %a#33, %a#34, %a#35, %a#36, %a#37,
      %a#38, %a#39, %a#40, %a#41, %a#42, %a#43, %a#44, %a#45, %a#46, %a#47, %a#48, %a#49, %a#50, %a#51, %a#52, %a#53, %a#54, %a#55,
      %a#56, %a#57, %a#58, %a#59, %a#60, %a#61, %a#62, %a#63 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  func.call @add_cross(%sums, %row, %column,
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35, %r#36, %r#37, %r#38,
    %r#39, %r#40, %r#41, %r#42, %r#43, %r#44, %r#45, %r#46, %r#47, %r#48, %r#49, %r#50, %r#51, %r#52, %r#53, %r#54, %r#55, %r#56, %r#57,
    %r#58, %r#59, %r#60, %r#61, %r#62, %r#63
    ) : (memref<24x24xf32>, index, index,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) -> ()
  return
}

async.func private @role4(%n: index, %sums: memref<24x24xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %zero = arith.constant 0.0 : f32
  %row = arith.constant 0 : index
  %column = arith.constant 16 : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  %r:64 = scf.for %t = %instance to %count step %instances iter_args(
      %s00 = %zero, %s01 = %zero, %s02 = %zero, %s03 = %zero, %s04 = %zero, %s05 = %zero, %s06 = %zero, %s07 = %zero, %s10 = %zero,
      %s11 = %zero, %s12 = %zero, %s13 = %zero, %s14 = %zero, %s15 = %zero, %s16 = %zero, %s17 = %zero, %s20 = %zero, %s21 = %zero,
      %s22 = %zero, %s23 = %zero, %s24 = %zero, %s25 = %zero, %s26 = %zero, %s27 = %zero, %s30 = %zero, %s31 = %zero, %s32 = %zero,
      %s33 = %zero, %s34 = %zero, %s35 = %zero, %s36 = %zero, %s37 = %zero, %s40 = %zero, %s41 = %zero, %s42 = %zero, %s43 = %zero,
      %s44 = %zero, %s45 = %zero, %s46 = %zero, %s47 = %zero, %s50 = %zero, %s51 = %zero, %s52 = %zero, %s53 = %zero, %s54 = %zero,
      %s55 = %zero, %s56 = %zero, %s57 = %zero, %s60 = %zero, %s61 = %zero, %s62 = %zero, %s63 = %zero, %s64 = %zero, %s65 = %zero,
      %s66 = %zero, %s67 = %zero, %s70 = %zero, %s71 = %zero, %s72 = %zero, %s73 = %zero, %s74 = %zero, %s75 = %zero, %s76 = %zero,
      %s77 = %zero
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %slot, %tile, %ok = task.receive_slot %ch reader 4 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %a:64 = func.call @cross(%tile, %row, %column, %m,
      %s00, %s01, %s02, %s03, %s04, %s05, %s06, %s07, %s10, %s11, %s12, %s13, %s14, %s15, %s16, %s17, %s20, %s21, %s22, %s23, %s24, %s25,
      %s26, %s27, %s30, %s31, %s32, %s33, %s34, %s35, %s36, %s37, %s40, %s41, %s42, %s43, %s44, %s45, %s46, %s47, %s50, %s51, %s52, %s53,
      %s54, %s55, %s56, %s57, %s60, %s61, %s62, %s63, %s64, %s65, %s66, %s67, %s70, %s71, %s72, %s73, %s74, %s75, %s76, %s77
      ) : (!tile, index, index, index,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
      ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
    task.release_slot %slot : !task.slot<!tile>
    scf.yield
      %a#0, %a#1, %a#2, %a#3, %a#4, %a#5, %a#6, %a#7, %a#8, %a#9, %a#10, %a#11, %a#12, %a#13, %a#14, %a#15, %a#16, %a#17, %a#18, %a#19,
      %a#20, %a#21, %a#22, %a#23, %a#24, %a#25, %a#26, %a#27, %a#28, %a#29, %a#30, %a#31, %a#32, %a#33, %a#34, %a#35, %a#36, %a#37,
      %a#38, %a#39, %a#40, %a#41, %a#42, %a#43, %a#44, %a#45, %a#46, %a#47, %a#48, %a#49, %a#50, %a#51, %a#52, %a#53, %a#54, %a#55,
      %a#56, %a#57, %a#58, %a#59, %a#60, %a#61, %a#62, %a#63 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  func.call @add_cross(%sums, %row, %column,
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35, %r#36, %r#37, %r#38,
    %r#39, %r#40, %r#41, %r#42, %r#43, %r#44, %r#45, %r#46, %r#47, %r#48, %r#49, %r#50, %r#51, %r#52, %r#53, %r#54, %r#55, %r#56, %r#57,
    %r#58, %r#59, %r#60, %r#61, %r#62, %r#63
    ) : (memref<24x24xf32>, index, index,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) -> ()
  return
}

async.func private @role5(%n: index, %sums: memref<24x24xf32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %zero = arith.constant 0.0 : f32
  %row = arith.constant 8 : index
  %column = arith.constant 16 : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  %r:64 = scf.for %t = %instance to %count step %instances iter_args(
      %s00 = %zero, %s01 = %zero, %s02 = %zero, %s03 = %zero, %s04 = %zero, %s05 = %zero, %s06 = %zero, %s07 = %zero, %s10 = %zero,
      %s11 = %zero, %s12 = %zero, %s13 = %zero, %s14 = %zero, %s15 = %zero, %s16 = %zero, %s17 = %zero, %s20 = %zero, %s21 = %zero,
      %s22 = %zero, %s23 = %zero, %s24 = %zero, %s25 = %zero, %s26 = %zero, %s27 = %zero, %s30 = %zero, %s31 = %zero, %s32 = %zero,
      %s33 = %zero, %s34 = %zero, %s35 = %zero, %s36 = %zero, %s37 = %zero, %s40 = %zero, %s41 = %zero, %s42 = %zero, %s43 = %zero,
      %s44 = %zero, %s45 = %zero, %s46 = %zero, %s47 = %zero, %s50 = %zero, %s51 = %zero, %s52 = %zero, %s53 = %zero, %s54 = %zero,
      %s55 = %zero, %s56 = %zero, %s57 = %zero, %s60 = %zero, %s61 = %zero, %s62 = %zero, %s63 = %zero, %s64 = %zero, %s65 = %zero,
      %s66 = %zero, %s67 = %zero, %s70 = %zero, %s71 = %zero, %s72 = %zero, %s73 = %zero, %s74 = %zero, %s75 = %zero, %s76 = %zero,
      %s77 = %zero
    ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) {
    %slot, %tile, %ok = task.receive_slot %ch reader 5 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    %a:64 = func.call @cross(%tile, %row, %column, %m,
      %s00, %s01, %s02, %s03, %s04, %s05, %s06, %s07, %s10, %s11, %s12, %s13, %s14, %s15, %s16, %s17, %s20, %s21, %s22, %s23, %s24, %s25,
      %s26, %s27, %s30, %s31, %s32, %s33, %s34, %s35, %s36, %s37, %s40, %s41, %s42, %s43, %s44, %s45, %s46, %s47, %s50, %s51, %s52, %s53,
      %s54, %s55, %s56, %s57, %s60, %s61, %s62, %s63, %s64, %s65, %s66, %s67, %s70, %s71, %s72, %s73, %s74, %s75, %s76, %s77
      ) : (!tile, index, index, index,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
      ) -> (
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32)
    task.release_slot %slot : !task.slot<!tile>
    scf.yield
      %a#0, %a#1, %a#2, %a#3, %a#4, %a#5, %a#6, %a#7, %a#8, %a#9, %a#10, %a#11, %a#12, %a#13, %a#14, %a#15, %a#16, %a#17, %a#18, %a#19,
      %a#20, %a#21, %a#22, %a#23, %a#24, %a#25, %a#26, %a#27, %a#28, %a#29, %a#30, %a#31, %a#32, %a#33, %a#34, %a#35, %a#36, %a#37,
      %a#38, %a#39, %a#40, %a#41, %a#42, %a#43, %a#44, %a#45, %a#46, %a#47, %a#48, %a#49, %a#50, %a#51, %a#52, %a#53, %a#54, %a#55,
      %a#56, %a#57, %a#58, %a#59, %a#60, %a#61, %a#62, %a#63 :
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
      f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
  }
  func.call @add_cross(%sums, %row, %column,
    %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6, %r#7, %r#8, %r#9, %r#10, %r#11, %r#12, %r#13, %r#14, %r#15, %r#16, %r#17, %r#18, %r#19,
    %r#20, %r#21, %r#22, %r#23, %r#24, %r#25, %r#26, %r#27, %r#28, %r#29, %r#30, %r#31, %r#32, %r#33, %r#34, %r#35, %r#36, %r#37, %r#38,
    %r#39, %r#40, %r#41, %r#42, %r#43, %r#44, %r#45, %r#46, %r#47, %r#48, %r#49, %r#50, %r#51, %r#52, %r#53, %r#54, %r#55, %r#56, %r#57,
    %r#58, %r#59, %r#60, %r#61, %r#62, %r#63
    ) : (memref<24x24xf32>, index, index,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32,
    f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32, f32
    ) -> ()
  return
}
