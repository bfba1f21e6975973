// N queens on a board of n x n: in how many ways can they stand so that none attacks another? A task places the queen of one row:
// it starts a child for each column that is free and awaits them all; from row `depth` on, but at most 12 rows, a task searches the
// rest by itself.
//
// A set of columns is a bit mask. What is counted is added to one of 256 counters, so that tasks rarely meet at one; the kernel adds
// them up.
//
//     asyncir run examples/nqueens.mlir --args 8 4 zeros:i64:256
//     92

// In how many ways the last `rows` rows, 1 to 12, can be filled below a position. `path` holds the columns of the queens that stand in
// them, 5 bits each, the last one lowest. Diagonals move by a column a row; in 64 bits nothing falls off the board, so a step back
// finds everything as it was. A row below which nothing is free is not entered, and the last row is only counted.
func.func private @search(%columns: i32, %left: i32, %right: i32, %rows: i32, %board: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %zero_wide = arith.constant 0 : i64
  %one_wide = arith.constant 1 : i64
  %five = arith.constant 5 : i64
  %half = arith.constant 32 : i64
  %low_five = arith.constant 31 : i32
  %out = arith.constant -1 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %steps = arith.constant 32 : index
  %last = arith.subi %rows, %one : i32
  %left_0 = arith.extui %left : i32 to i64
  %right_low = arith.extui %right : i32 to i64
  %right_0 = arith.shli %right_low, %half : i64
  %free_0 = func.call @free(%columns, %left, %right, %board) : (i32, i32, i32, i32) -> i32
  %only = arith.cmpi eq, %last, %zero : i32
  %row_0 = arith.select %only, %out, %zero : i32
  %free_count = math.ctpop %free_0 : i32
  %count_0 = arith.select %only, %free_count, %zero : i32

  // Whether to stop is asked every 32 steps.
  %end:7 = scf.while (%row = %row_0, %f = %free_0, %c = %columns, %l = %left_0, %r = %right_0, %path = %zero_wide, %n = %count_0)
      : (i32, i32, i32, i64, i64, i64, i32) -> (i32, i32, i32, i64, i64, i64, i32) {
    %more = arith.cmpi sge, %row, %zero : i32
    scf.condition(%more) %row, %f, %c, %l, %r, %path, %n : i32, i32, i32, i64, i64, i64, i32
  } do {
  ^round(%row_in: i32, %f_in: i32, %c_in: i32, %l_in: i64, %r_in: i64, %path_in: i64, %n_in: i32):
    %after:7 = scf.for %step = %c0 to %steps step %c1
        iter_args(%row = %row_in, %f = %f_in, %c = %c_in, %l = %l_in, %r = %r_in, %path = %path_in, %n = %n_in)
        -> (i32, i32, i32, i64, i64, i64, i32) {
      %forward = arith.cmpi ne, %f, %zero : i32
      %next:7 = scf.if %forward -> (i32, i32, i32, i64, i64, i64, i32) {
        %column = math.cttz %f : i32
        %queen = arith.shli %one, %column : i32
        %row_1 = arith.addi %row, %one : i32
        %c_1 = arith.ori %c, %queen : i32
        %l_here, %r_here = func.call @flip(%l, %r, %queen) : (i64, i64, i32) -> (i64, i64)
        %l_1 = arith.shli %l_here, %one_wide : i64
        %r_1 = arith.shrui %r_here, %one_wide : i64
        %f_1 = func.call @free_wide(%c_1, %l_1, %r_1, %board) : (i32, i64, i64, i32) -> i32
        %is_last = arith.cmpi eq, %row_1, %last : i32
        %found = math.ctpop %f_1 : i32
        %added = arith.select %is_last, %found, %zero : i32
        %n_1 = arith.addi %n, %added : i32
        %open = arith.cmpi ne, %f_1, %zero : i32
        %not_last = arith.cmpi ne, %row_1, %last : i32
        %enter = arith.andi %open, %not_last : i1
        %others = arith.xori %f, %queen : i32
        %shifted = arith.shli %path, %five : i64
        %column_wide = arith.extui %column : i32 to i64
        %path_1 = arith.ori %shifted, %column_wide : i64
        %row_2 = arith.select %enter, %row_1, %row : i32
        %f_2 = arith.select %enter, %f_1, %others : i32
        %c_2 = arith.select %enter, %c_1, %c : i32
        %l_2 = arith.select %enter, %l_1, %l : i64
        %r_2 = arith.select %enter, %r_1, %r : i64
        %path_2 = arith.select %enter, %path_1, %path : i64
        scf.yield %row_2, %f_2, %c_2, %l_2, %r_2, %path_2, %n_1 : i32, i32, i32, i64, i64, i64, i32
      } else {
        // No column is left: back to the row before, to the columns behind that of the queen there. The end is row -1, and stays there.
        %row_1 = arith.subi %row, %one : i32
        %above = arith.maxsi %row_1, %out : i32
        %inside = arith.cmpi sge, %above, %zero : i32
        %low = arith.trunci %path : i64 to i32
        %column = arith.andi %low, %low_five : i32
        %queen = arith.shli %one, %column : i32
        %path_1 = arith.shrui %path, %five : i64
        %c_1 = arith.xori %c, %queen : i32
        %l_back = arith.shrui %l, %one_wide : i64
        %r_back = arith.shli %r, %one_wide : i64
        %l_1, %r_1 = func.call @flip(%l_back, %r_back, %queen) : (i64, i64, i32) -> (i64, i64)
        %free = func.call @free_wide(%c_1, %l_1, %r_1, %board) : (i32, i64, i64, i32) -> i32
        %twice = arith.shli %queen, %one : i32
        %behind = arith.subi %zero, %twice : i32
        %others = arith.andi %free, %behind : i32
        %f_1 = arith.select %inside, %others, %zero : i32
        scf.yield %above, %f_1, %c_1, %l_1, %r_1, %path_1, %n : i32, i32, i32, i64, i64, i64, i32
      }
      scf.yield %next#0, %next#1, %next#2, %next#3, %next#4, %next#5, %next#6 : i32, i32, i32, i64, i64, i64, i32
    }
    scf.yield %after#0, %after#1, %after#2, %after#3, %after#4, %after#5, %after#6 : i32, i32, i32, i64, i64, i64, i32
  }
  return %end#6 : i32
}

// Puts a queen on its diagonals, or takes it off. Those to the right stand in the upper half of their 64 bits, as they move down.
func.func private @flip(%left: i64, %right: i64, %queen: i32) -> (i64, i64) {
  %half = arith.constant 32 : i64
  %low = arith.extui %queen : i32 to i64
  %high = arith.shli %low, %half : i64
  %0 = arith.xori %left, %low : i64
  %1 = arith.xori %right, %high : i64
  return %0, %1 : i64, i64
}

func.func private @free_wide(%columns: i32, %left: i64, %right: i64, %board: i32) -> i32 {
  %half = arith.constant 32 : i64
  %left_here = arith.trunci %left : i64 to i32
  %high = arith.shrui %right, %half : i64
  %right_here = arith.trunci %high : i64 to i32
  %0 = func.call @free(%columns, %left_here, %right_here, %board) : (i32, i32, i32, i32) -> i32
  return %0 : i32
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
      %below = func.call @search(%columns, %left, %right, %rows, %board) : (i32, i32, i32, i32, i32) -> i32
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
