// Merge sort, with parallel merges: a task sorts the halves of its range by two children and merges them by a third. A merge cuts its
// output in two, finds where that cuts its inputs, and starts a child for each half. Ranges up to `leaf` are sorted, and outputs up to
// `piece` are merged, by one task. The scheme is that of Cilk's cilksort (Akl, Santoro 1987).
//
// The first half of `work` is the keys, before and after; the second half is where merges go to and come from in turns.
//
//     python -c "import numpy as np; np.save('keys.npy', np.arange(2000, dtype='i4')[::-1])"
//     asyncir run examples/cilksort.mlir --args @keys.npy 16 64 --save 0=out.npy
//
// prints nothing. out.npy[:1000] holds 1000 ... 1999.

// Insertion sort of begin ... end-1 to the places `shift` further.
func.func private @sort_leaf(%begin: i32, %end: i32, %shift: i32, %work: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %from = arith.index_cast %begin : i32 to index
  %length_32 = arith.subi %end, %begin : i32
  %length = arith.index_cast %length_32 : i32 to index
  %distance = arith.index_cast %shift : i32 to index
  %to = arith.addi %from, %distance : index
  scf.for %i = %c0 to %length step %c1 {
    %source = arith.addi %from, %i : index
    %x = memref.load %work[%source] : memref<?xi32>
    // Those before x that are larger move up by one place, the last first; `place` is where x goes.
    %place = scf.for %k = %c0 to %i step %c1 iter_args(%hole = %i) -> (index) {
      %mark = arith.subi %i, %k : index
      %at_hole = arith.cmpi eq, %hole, %mark : index
      %down = scf.if %at_hole -> (index) {
        %before = arith.subi %hole, %c1 : index
        %neighbour = arith.addi %to, %before : index
        %y = memref.load %work[%neighbour] : memref<?xi32>
        %larger = arith.cmpi sgt, %y, %x : i32
        %next = scf.if %larger -> (index) {
          %gap = arith.addi %to, %hole : index
          memref.store %y, %work[%gap] : memref<?xi32>
          scf.yield %before : index
        } else {
          scf.yield %hole : index
        }
        scf.yield %next : index
      } else {
        scf.yield %hole : index
      }
      scf.yield %down : index
    }
    %goal = arith.addi %to, %place : index
    memref.store %x, %work[%goal] : memref<?xi32>
  }
  return
}

// The key at a place, or the greatest there is from `end` on: as keys are all that is sorted, one like another, it may stand for none.
func.func private @key(%at: i32, %end: i32, %work: memref<?xi32>) -> i32 {
  %greatest = arith.constant 2147483647 : i32
  %inside = arith.cmpi slt, %at, %end : i32
  %0 = scf.if %inside -> (i32) {
    %place = arith.index_cast %at : i32 to index
    %x = memref.load %work[%place] : memref<?xi32>
    scf.yield %x : i32
  } else {
    scf.yield %greatest : i32
  }
  return %0 : i32
}

// Merges a ... a_end-1 and b ... b_end-1 to where `out` begins: one load and one store a key.
func.func private @merge_leaf(%a: i32, %a_end: i32, %b: i32, %b_end: i32, %out: i32, %work: memref<?xi32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %a_length = arith.subi %a_end, %a : i32
  %b_length = arith.subi %b_end, %b : i32
  %length = arith.addi %a_length, %b_length : i32
  %first = func.call @key(%a, %a_end, %work) : (i32, i32, memref<?xi32>) -> i32
  %second = func.call @key(%b, %b_end, %work) : (i32, i32, memref<?xi32>) -> i32
  %end:4 = scf.for %n = %zero to %length step %one iter_args(%i = %a, %j = %b, %x = %first, %y = %second) -> (i32, i32, i32, i32) : i32 {
    %take_x = arith.cmpi sle, %x, %y : i32
    %taken = arith.minsi %x, %y : i32
    %at_32 = arith.addi %out, %n : i32
    %at = arith.index_cast %at_32 : i32 to index
    memref.store %taken, %work[%at] : memref<?xi32>
    %old = arith.select %take_x, %i, %j : i32
    %next = arith.addi %old, %one : i32
    %stop = arith.select %take_x, %a_end, %b_end : i32
    %key = func.call @key(%next, %stop, %work) : (i32, i32, memref<?xi32>) -> i32
    %i_1 = arith.select %take_x, %next, %i : i32
    %j_1 = arith.select %take_x, %j, %next : i32
    %x_1 = arith.select %take_x, %key, %x : i32
    %y_1 = arith.select %take_x, %y, %key : i32
    scf.yield %i_1, %j_1, %x_1, %y_1 : i32, i32, i32, i32
  }
  return
}

// How many of the first `count` keys of the merge of a and b are of a. Binary search, for ranges of less than 2^31 keys.
func.func private @split(%count: i32, %a: i32, %a_end: i32, %b: i32, %b_end: i32, %work: memref<?xi32>) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %steps = arith.constant 31 : i32
  %a_length = arith.subi %a_end, %a : i32
  %b_length = arith.subi %b_end, %b : i32
  %surplus = arith.subi %count, %b_length : i32
  %least = arith.maxsi %surplus, %zero : i32
  %most = arith.minsi %count, %a_length : i32
  %found:2 = scf.for %step = %zero to %steps step %one iter_args(%low = %least, %high = %most) -> (i32, i32) : i32 {
    %open = arith.cmpi slt, %low, %high : i32
    %new:2 = scf.if %open -> (i32, i32) {
      %sum = arith.addi %low, %high : i32
      %middle = arith.shrui %sum, %one : i32
      %above = arith.addi %middle, %one : i32
      %of_b = arith.subi %count, %above : i32
      %i_32 = arith.addi %a, %middle : i32
      %j_32 = arith.addi %b, %of_b : i32
      %i = arith.index_cast %i_32 : i32 to index
      %j = arith.index_cast %j_32 : i32 to index
      %x = memref.load %work[%i] : memref<?xi32>
      %y = memref.load %work[%j] : memref<?xi32>
      %more = arith.cmpi sle, %x, %y : i32
      %low_1 = arith.select %more, %above, %low : i32
      %high_1 = arith.select %more, %high, %middle : i32
      scf.yield %low_1, %high_1 : i32, i32
    } else {
      scf.yield %low, %high : i32, i32
    }
    scf.yield %new#0, %new#1 : i32, i32
  }
  return %found#0 : i32
}

async.func private @merge(%a: i32, %a_end: i32, %b: i32, %b_end: i32, %out: i32, %piece: i32, %work: memref<?xi32>) -> !async.token {
  %one = arith.constant 1 : i32
  %a_length = arith.subi %a_end, %a : i32
  %b_length = arith.subi %b_end, %b : i32
  %length = arith.addi %a_length, %b_length : i32
  %small = arith.cmpi sle, %length, %piece : i32
  scf.if %small {
    func.call @merge_leaf(%a, %a_end, %b, %b_end, %out, %work) : (i32, i32, i32, i32, i32, memref<?xi32>) -> ()
  } else {
    %half = arith.shrui %length, %one : i32
    %of_a = func.call @split(%half, %a, %a_end, %b, %b_end, %work) : (i32, i32, i32, i32, i32, memref<?xi32>) -> i32
    %of_b = arith.subi %half, %of_a : i32
    %a_cut = arith.addi %a, %of_a : i32
    %b_cut = arith.addi %b, %of_b : i32
    %out_cut = arith.addi %out, %half : i32
    %h0 = async.call @merge(%a, %a_cut, %b, %b_cut, %out, %piece, %work) : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
    %h1 = async.call @merge(%a_cut, %a_end, %b_cut, %b_end, %out_cut, %piece, %work)
      : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
    async.await %h0 : !async.token
    async.await %h1 : !async.token
  }
  return
}

// Sorts the keys begin ... end-1 to the places `shift` further: 0, or `length`, the number of all keys.
async.func private @sort(%begin: i32, %end: i32, %shift: i32, %length: i32, %leaf: i32, %piece: i32, %work: memref<?xi32>)
    -> !async.token {
  %one = arith.constant 1 : i32
  %size = arith.subi %end, %begin : i32
  %small = arith.cmpi sle, %size, %leaf : i32
  scf.if %small {
    func.call @sort_leaf(%begin, %end, %shift, %work) : (i32, i32, i32, memref<?xi32>) -> ()
  } else {
    %half = arith.shrui %size, %one : i32
    %middle = arith.addi %begin, %half : i32
    %other = arith.subi %length, %shift : i32
    %h0 = async.call @sort(%begin, %middle, %other, %length, %leaf, %piece, %work)
      : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
    %h1 = async.call @sort(%middle, %end, %other, %length, %leaf, %piece, %work)
      : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
    async.await %h0 : !async.token
    async.await %h1 : !async.token
    %a = arith.addi %begin, %other : i32
    %cut = arith.addi %middle, %other : i32
    %b_end = arith.addi %end, %other : i32
    %out = arith.addi %begin, %shift : i32
    %h2 = async.call @merge(%a, %cut, %cut, %b_end, %out, %piece, %work) : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
    async.await %h2 : !async.token
  }
  return
}

func.func @cilksort(%work: memref<?xi32>, %leaf: i32, %piece: i32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %two = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %some_leaf = arith.cmpi sge, %leaf, %one : i32
  %some_piece = arith.cmpi sge, %piece, %one : i32
  %fine = arith.andi %some_leaf, %some_piece : i1
  cf.assert %fine, "a task sorts and merges one key at least"
  %size = memref.dim %work, %c0 : memref<?xi32>
  %most = arith.constant 2147483646 : index
  %fits = arith.cmpi ule, %size, %most : index
  cf.assert %fits, "there are at most 2^30 - 1 keys"
  %half = arith.divui %size, %two : index
  %length = arith.index_cast %half : index to i32
  %all = async.call @sort(%zero, %length, %zero, %length, %leaf, %piece, %work)
    : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
  async.await %all : !async.token
  return
}
