// N queens on a board of n x n: in how many ways can they stand so that none attacks another? A task places the queen of one row:
// it starts a child for each column that is free and awaits them all; from row `depth` on, but at most 12 rows, a task searches the
// rest by itself.
//
// A set of columns is a bit mask. What is counted is added to one of 256 counters, so that tasks rarely meet at one; the kernel adds
// them up.
//
//     asyncir run examples/nqueens.mlir --args 8 4 zeros:i64:256
//     92

// In how many ways the last rows, 1 to 12, can be filled below a position. A step takes a column that is free in this row and goes to the
// next row, if something is free there. What is left of this row then, if anything, is put on the path, and found again where nothing is
// left below. A bit that a diagonal's shift drops has left the board.
func.func private @search(%columns: i32, %left: i32, %right: i32, %board: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %steps = arith.constant 64 : i32
  %path = memref.alloca() {alignment = 16 : i64} : memref<12x4xi32>
  %free_0 = func.call @free(%columns, %left, %right, %board) : (i32, i32, i32, i32) -> i32

  // Whether to stop is asked every 64 steps.
  %end:6 = scf.while (%f = %free_0, %c = %columns, %l = %left, %r = %right, %rows = %zero, %n = %zero)
      : (i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32) {
    %more = arith.cmpi ne, %f, %zero : i32
    scf.condition(%more) %f, %c, %l, %r, %rows, %n : i32, i32, i32, i32, i32, i32
  } do {
  ^round(%f_in: i32, %c_in: i32, %l_in: i32, %r_in: i32, %rows_in: i32, %n_in: i32):
    %after:6 = scf.for %step = %zero to %steps step %one
        iter_args(%f = %f_in, %c = %c_in, %l = %l_in, %r = %r_in, %rows = %rows_in, %n = %n_in) -> (i32, i32, i32, i32, i32, i32) : i32 {
      %some = arith.cmpi ne, %f, %zero : i32
      %minus = arith.subi %zero, %f : i32
      %queen = arith.andi %f, %minus : i32
      %others = arith.xori %f, %queen : i32
      %c_below = arith.ori %c, %queen : i32
      %l_here = arith.ori %l, %queen : i32
      %r_here = arith.ori %r, %queen : i32
      %l_below = arith.shli %l_here, %one : i32
      %r_below = arith.shrui %r_here, %one : i32
      %f_below = func.call @free(%c_below, %l_below, %r_below, %board) : (i32, i32, i32, i32) -> i32
      // With all columns taken, all queens stand, and nothing is free.
      %all = arith.cmpi eq, %c_below, %board : i32
      %found = arith.extui %all : i1 to i32
      %n_1 = arith.addi %n, %found : i32
      %open = arith.cmpi ne, %f_below, %zero : i32
      %enter = arith.andi %open, %some : i1
      %left_over = arith.cmpi ne, %others, %zero : i32
      %keep = arith.andi %enter, %left_over : i1
      %rows_1 = scf.if %keep -> (i32) {
        %row = arith.index_cast %rows : i32 to index
        memref.store %others, %path[%row, %c0] : memref<12x4xi32>
        memref.store %c, %path[%row, %c1] : memref<12x4xi32>
        memref.store %l, %path[%row, %c2] : memref<12x4xi32>
        memref.store %r, %path[%row, %c3] : memref<12x4xi32>
        %longer = arith.addi %rows, %one : i32
        scf.yield %longer : i32
      } else {
        scf.yield %rows : i32
      }
      %f_1 = arith.select %enter, %f_below, %others : i32
      %c_1 = arith.select %enter, %c_below, %c : i32
      %l_1 = arith.select %enter, %l_below, %l : i32
      %r_1 = arith.select %enter, %r_below, %r : i32
      %none = arith.cmpi eq, %f_1, %zero : i32
      %inside = arith.cmpi ne, %rows_1, %zero : i32
      %back = arith.andi %none, %inside : i1
      %next:5 = scf.if %back -> (i32, i32, i32, i32, i32) {
        %shorter = arith.subi %rows_1, %one : i32
        %row = arith.index_cast %shorter : i32 to index
        %f_2 = memref.load %path[%row, %c0] : memref<12x4xi32>
        %c_2 = memref.load %path[%row, %c1] : memref<12x4xi32>
        %l_2 = memref.load %path[%row, %c2] : memref<12x4xi32>
        %r_2 = memref.load %path[%row, %c3] : memref<12x4xi32>
        scf.yield %f_2, %c_2, %l_2, %r_2, %shorter : i32, i32, i32, i32, i32
      } else {
        scf.yield %f_1, %c_1, %l_1, %r_1, %rows_1 : i32, i32, i32, i32, i32
      }
      scf.yield %next#0, %next#1, %next#2, %next#3, %next#4, %n_1 : i32, i32, i32, i32, i32, i32
    }
    scf.yield %after#0, %after#1, %after#2, %after#3, %after#4, %after#5 : i32, i32, i32, i32, i32, i32
  }
  return %end#5 : i32
}

// The columns in which no queen above attacks.
func.func private @free(%columns: i32, %left: i32, %right: i32, %board: i32) -> i32 {
  %all = arith.constant -1 : i32
  %diagonals = arith.ori %left, %right : i32
  %attacked = arith.ori %columns, %diagonals : i32
  %not_attacked = arith.xori %attacked, %all : i32
  %0 = arith.andi %board, %not_attacked : i32
  return %0 : i32
}

// The column number `k` of a set, counted from the lowest; none of none.
func.func private @nth(%set: i32, %k: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %rest = scf.for %i = %zero to %k step %one iter_args(%left_over = %set) -> (i32) : i32 {
    %less = arith.subi %left_over, %one : i32
    %others = arith.andi %left_over, %less : i32
    scf.yield %others : i32
  }
  %minus = arith.subi %zero, %rest : i32
  %0 = arith.andi %rest, %minus : i32
  return %0 : i32
}

// Adds to one of the counters. Positions differ in their diagonals: that spreads them.
func.func private @count(%found: i32, %left: i32, %right: i32, %counts: memref<256xi64>) {
  %zero = arith.constant 0 : i32
  %seven = arith.constant 7 : i32
  %mask = arith.constant 255 : i32
  %any = arith.cmpi ne, %found, %zero : i32
  scf.if %any {
    %mixed = arith.muli %left, %seven : i32
    %hash = arith.xori %mixed, %right : i32
    %low = arith.andi %hash, %mask : i32
    %counter = arith.index_cast %low : i32 to index
    %wide = arith.extui %found : i32 to i64
    %old = memref.atomic_rmw addi %wide, %counts[%counter] : (i64, memref<256xi64>) -> i64
  }
  return
}

// In the row above row `row` a queen goes to the column number `k` of those that are free, and then the rows from `row` on are filled.
// `above_left` and `above_right` are the diagonals, where they meet the row above. Row 0 has none above, and nothing is free there.
async.func private @place(%above: i32, %above_left: i32, %above_right: i32, %above_free: i32, %k: i32, %row: i32, %n: i32, %depth: i32,
    %counts: memref<256xi64>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %most = arith.constant 12 : i32
  %queen = func.call @nth(%above_free, %k) : (i32, i32) -> i32
  %columns = arith.ori %above, %queen : i32
  %left_here = arith.ori %above_left, %queen : i32
  %right_here = arith.ori %above_right, %queen : i32
  %left = arith.shli %left_here, %one : i32
  %right = arith.shrui %right_here, %one : i32
  %power = arith.shli %one, %n : i32
  %board = arith.subi %power, %one : i32
  %upper = arith.subi %n, %most : i32
  %asked = arith.maxsi %depth, %upper : i32
  %bottom = arith.minsi %asked, %n : i32
  %alone = arith.cmpi sge, %row, %bottom : i32
  scf.if %alone {
    %rows = arith.subi %n, %row : i32
    %some = arith.cmpi sgt, %rows, %zero : i32
    %found = scf.if %some -> (i32) {
      %below = func.call @search(%columns, %left, %right, %board) : (i32, i32, i32, i32) -> i32
      scf.yield %below : i32
    } else {
      scf.yield %one : i32
    }
    func.call @count(%found, %left, %right, %counts) : (i32, i32, i32, memref<256xi64>) -> ()
  } else {
    %free = func.call @free(%columns, %left, %right, %board) : (i32, i32, i32, i32) -> i32
    %children = math.ctpop %free : i32
    %below = arith.addi %row, %one : i32
    %size = arith.index_cast %children : i32 to index
    %group = async.create_group %size : !async.group
    scf.for %child = %zero to %children step %one : i32 {
      %token = async.call @place(%columns, %left, %right, %free, %child, %below, %n, %depth, %counts)
        : (i32, i32, i32, i32, i32, i32, i32, i32, memref<256xi64>) -> !async.token
      %rank = async.add_to_group %token, %group : !async.token
    }
    async.await_all %group
  }
  return
}

func.func @nqueens(%n: i32, %depth: i32, %counts: memref<256xi64>) -> i64 attributes {task.kernel} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %most = arith.constant 31 : i32
  %none = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %counters = arith.constant 256 : index
  %some = arith.cmpi sge, %n, %one : i32
  %fits = arith.cmpi sle, %n, %most : i32
  %fine = arith.andi %some, %fits : i1
  cf.assert %fine, "a board has 1 to 31 columns"
  %all = async.call @place(%zero, %zero, %zero, %zero, %zero, %zero, %n, %depth, %counts)
    : (i32, i32, i32, i32, i32, i32, i32, i32, memref<256xi64>) -> !async.token
  async.await %all : !async.token
  %sum = scf.for %i = %c0 to %counters step %c1 iter_args(%acc = %none) -> (i64) {
    %x = memref.load %counts[%i] : memref<256xi64>
    %next = arith.addi %acc, %x : i64
    scf.yield %next : i64
  }
  return %sum : i64
}
