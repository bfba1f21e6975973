// Brings an array of any length to mean 0 and standard deviation 1: `tasks` tasks compute the sums and the sums of squares of
// their parts, the kernel joins them, and as many tasks write (x - mean) / std. Sums are kept in double precision.
//
//     python -c "import numpy as np; np.save('x.npy', np.arange(1000, dtype='f4'))"
//     asyncir run examples/normalize.mlir --args @x.npy zeros:f32:1000 8 --save 1=out.npy
//
// prints nothing: the kernel has no result. out.npy holds (x - x.mean()) / x.std().

// The first element of part `part` of `parts`: parts differ by at most one element.
func.func @begin_of(%part: index, %parts: index, %length: index) -> index {
  %0 = arith.muli %part, %length : index
  %1 = arith.divui %0, %parts : index
  return %1 : index
}

async.func @sums(%x: memref<?xf32>, %part: index, %parts: index, %sums: memref<?xf64>, %squares: memref<?xf64>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %length = memref.dim %x, %c0 : memref<?xf32>
  %behind = arith.addi %part, %c1 : index
  %begin = func.call @begin_of(%part, %parts, %length) : (index, index, index) -> index
  %end = func.call @begin_of(%behind, %parts, %length) : (index, index, index) -> index
  %sum, %square = scf.for %i = %begin to %end step %c1 iter_args(%s = %zero, %q = %zero) -> (f64, f64) {
    %narrow = memref.load %x[%i] : memref<?xf32>
    %v = arith.extf %narrow : f32 to f64
    %next_s = arith.addf %s, %v : f64
    %vv = arith.mulf %v, %v : f64
    %next_q = arith.addf %q, %vv : f64
    scf.yield %next_s, %next_q : f64, f64
  }
  memref.store %sum, %sums[%part] : memref<?xf64>
  memref.store %square, %squares[%part] : memref<?xf64>
  return
}

async.func @scale(%x: memref<?xf32>, %out: memref<?xf32>, %part: index, %parts: index, %mean: f64, %std: f64) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %length = memref.dim %x, %c0 : memref<?xf32>
  %behind = arith.addi %part, %c1 : index
  %begin = func.call @begin_of(%part, %parts, %length) : (index, index, index) -> index
  %end = func.call @begin_of(%behind, %parts, %length) : (index, index, index) -> index
  scf.for %i = %begin to %end step %c1 {
    %narrow = memref.load %x[%i] : memref<?xf32>
    %v = arith.extf %narrow : f32 to f64
    %centered = arith.subf %v, %mean : f64
    %scaled = arith.divf %centered, %std : f64
    %y = arith.truncf %scaled : f64 to f32
    memref.store %y, %out[%i] : memref<?xf32>
  }
  return
}

func.func @normalize(%x: memref<?xf32>, %out: memref<?xf32>, %tasks: index) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %length = memref.dim %x, %c0 : memref<?xf32>
  %out_length = memref.dim %out, %c0 : memref<?xf32>
  %some = arith.cmpi sge, %tasks, %c1 : index
  cf.assert %some, "normalize needs at least one task"
  %fits = arith.cmpi eq, %length, %out_length : index
  cf.assert %fits, "normalize needs arrays of one length"

  %sums = memref.alloc(%tasks) : memref<?xf64>
  %squares = memref.alloc(%tasks) : memref<?xf64>
  %summed = async.create_group %tasks : !async.group
  scf.for %t = %c0 to %tasks step %c1 {
    %token = async.call @sums(%x, %t, %tasks, %sums, %squares)
      : (memref<?xf32>, index, index, memref<?xf64>, memref<?xf64>) -> !async.token
    %rank = async.add_to_group %token, %summed : !async.token
  }
  async.await_all %summed

  %sum, %square = scf.for %t = %c0 to %tasks step %c1 iter_args(%s = %zero, %q = %zero) -> (f64, f64) {
    %part_sum = memref.load %sums[%t] : memref<?xf64>
    %part_square = memref.load %squares[%t] : memref<?xf64>
    %next_s = arith.addf %s, %part_sum : f64
    %next_q = arith.addf %q, %part_square : f64
    scf.yield %next_s, %next_q : f64, f64
  }
  %as_integer = arith.index_cast %length : index to i64
  %count = arith.sitofp %as_integer : i64 to f64
  %mean = arith.divf %sum, %count : f64
  %mean_square = arith.divf %square, %count : f64
  %square_mean = arith.mulf %mean, %mean : f64
  %difference = arith.subf %mean_square, %square_mean : f64
  // Rounding must not make a variance of zero negative.
  %variance = arith.maximumf %difference, %zero : f64
  %std = math.sqrt %variance : f64

  %scaled = async.create_group %tasks : !async.group
  scf.for %t = %c0 to %tasks step %c1 {
    %token = async.call @scale(%x, %out, %t, %tasks, %mean, %std)
      : (memref<?xf32>, memref<?xf32>, index, index, f64, f64) -> !async.token
    %rank = async.add_to_group %token, %scaled : !async.token
  }
  async.await_all %scaled
  memref.dealloc %sums : memref<?xf64>
  memref.dealloc %squares : memref<?xf64>
  return
}
