// Merge sort, with parallel merges: a task sorts the halves of its range by two children and merges them by a third. A merge gives the
// upper half of its output to a child, having found where that cuts its inputs, and so on with the lower half. Ranges up to `leaf` are
// sorted, and outputs up to `piece` are merged, by one task. The scheme is that of Cilk's cilksort (Akl, Santoro 1987).
//
// Tasks are a warp's: its lanes load, compare and store keys side by side. A *tile* is four rows of keys with a key for each lane, in
// registers: key number 32 * row + lane of 128, on a GPU; of four on the CPU, where a warp is one lane. What is done to a tile is done by
// sorting networks (Batcher 1968), for any number of lanes that is a power of two.
//
// The first half of `work` is the keys, before and after; the second half is where merges go to and come from in turns.
//
//     python -c "import numpy as np; np.save('keys.npy', np.arange(2000, dtype='i4')[::-1])"
//     asyncir run examples/cilksort.mlir --args @keys.npy 256 256 --save 0=out.npy
//
// prints nothing. out.npy[:1000] holds 1000 ... 1999. On a GPU, 10^8 keys want some 50,000 a leaf and piece.

// ------------------------------------------------------------------------------------------------------------------- networks

func.func private @lane() -> i32 {
  %index = gpu.lane_id
  %0 = arith.index_cast %index : index to i32
  return %0 : i32
}

func.func private @lanes() -> i32 {
  %index = gpu.subgroup_size : index
  %0 = arith.index_cast %index : index to i32
  return %0 : i32
}

// Two lanes compare their keys: those whose numbers differ in the bit `stride`. This one keeps the smaller if `low`.
func.func private @exchange(%x: i32, %stride: i32, %low: i1) -> i32 {
  %lanes = func.call @lanes() : () -> i32
  %y, %valid = gpu.shuffle xor %x, %stride, %lanes : i32
  %less = arith.cmpi slt, %x, %y : i32
  %keeps = arith.cmpi eq, %less, %low : i1
  %0 = arith.select %keeps, %x, %y : i32
  return %0 : i32
}

// A row in the other direction.
func.func private @reverse(%x: i32) -> i32 {
  %one = arith.constant 1 : i32
  %lanes = func.call @lanes() : () -> i32
  %last = arith.subi %lanes, %one : i32
  %0, %valid = gpu.shuffle xor %x, %last, %lanes : i32
  return %0 : i32
}

// Sorts each of four rows that are bitonic: they rise and then fall, or are such a row turned round by some places.
func.func private @sort_bitonic_rows(%x0: i32, %x1: i32, %x2: i32, %x3: i32) -> (i32, i32, i32, i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %lane = func.call @lane() : () -> i32
  %lanes = func.call @lanes() : () -> i32
  %steps = math.cttz %lanes : i32
  %half = arith.shrui %lanes, %one : i32
  %r:4 = scf.for %step = %zero to %steps step %one iter_args(%y0 = %x0, %y1 = %x1, %y2 = %x2, %y3 = %x3) -> (i32, i32, i32, i32) : i32 {
    %stride = arith.shrui %half, %step : i32
    %bit = arith.andi %lane, %stride : i32
    %low = arith.cmpi eq, %bit, %zero : i32
    %z0 = func.call @exchange(%y0, %stride, %low) : (i32, i32, i1) -> i32
    %z1 = func.call @exchange(%y1, %stride, %low) : (i32, i32, i1) -> i32
    %z2 = func.call @exchange(%y2, %stride, %low) : (i32, i32, i1) -> i32
    %z3 = func.call @exchange(%y3, %stride, %low) : (i32, i32, i1) -> i32
    scf.yield %z0, %z1, %z2, %z3 : i32, i32, i32, i32
  }
  return %r#0, %r#1, %r#2, %r#3 : i32, i32, i32, i32
}

// Sorts each of four rows.
func.func private @sort_rows(%x0: i32, %x1: i32, %x2: i32, %x3: i32) -> (i32, i32, i32, i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %lane = func.call @lane() : () -> i32
  %lanes = func.call @lanes() : () -> i32
  %phases = math.cttz %lanes : i32
  // Behind a phase, runs of twice as many lanes are sorted, those with an odd number downwards.
  %r:4 = scf.for %phase = %zero to %phases step %one iter_args(%y0 = %x0, %y1 = %x1, %y2 = %x2, %y3 = %x3) -> (i32, i32, i32, i32) : i32 {
    %largest = arith.shli %one, %phase : i32
    %run = arith.shli %largest, %one : i32
    %run_bit = arith.andi %lane, %run : i32
    %down = arith.cmpi ne, %run_bit, %zero : i32
    %steps = arith.addi %phase, %one : i32
    %s:4 = scf.for %step = %zero to %steps step %one iter_args(%z0 = %y0, %z1 = %y1, %z2 = %y2, %z3 = %y3) -> (i32, i32, i32, i32) : i32 {
      %stride = arith.shrui %largest, %step : i32
      %bit = arith.andi %lane, %stride : i32
      %first = arith.cmpi eq, %bit, %zero : i32
      %low = arith.cmpi ne, %first, %down : i1
      %w0 = func.call @exchange(%z0, %stride, %low) : (i32, i32, i1) -> i32
      %w1 = func.call @exchange(%z1, %stride, %low) : (i32, i32, i1) -> i32
      %w2 = func.call @exchange(%z2, %stride, %low) : (i32, i32, i1) -> i32
      %w3 = func.call @exchange(%z3, %stride, %low) : (i32, i32, i1) -> i32
      scf.yield %w0, %w1, %w2, %w3 : i32, i32, i32, i32
    }
    scf.yield %s#0, %s#1, %s#2, %s#3 : i32, i32, i32, i32
  }
  return %r#0, %r#1, %r#2, %r#3 : i32, i32, i32, i32
}

// Two rows: the smaller keys of each lane, and the larger ones.
func.func private @order(%x: i32, %y: i32) -> (i32, i32) {
  %least = arith.minsi %x, %y : i32
  %most = arith.maxsi %x, %y : i32
  return %least, %most : i32, i32
}

// Sorts a tile that is bitonic.
func.func private @sort_bitonic(%x0: i32, %x1: i32, %x2: i32, %x3: i32) -> (i32, i32, i32, i32) {
  %y0, %y2 = func.call @order(%x0, %x2) : (i32, i32) -> (i32, i32)
  %y1, %y3 = func.call @order(%x1, %x3) : (i32, i32) -> (i32, i32)
  %z0, %z1 = func.call @order(%y0, %y1) : (i32, i32) -> (i32, i32)
  %z2, %z3 = func.call @order(%y2, %y3) : (i32, i32) -> (i32, i32)
  %r:4 = func.call @sort_bitonic_rows(%z0, %z1, %z2, %z3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
  return %r#0, %r#1, %r#2, %r#3 : i32, i32, i32, i32
}

// Sorts a tile: its rows, then pairs of them, then all. What is merged rises first and then falls.
func.func private @sort_tile(%k0: i32, %k1: i32, %k2: i32, %k3: i32) -> (i32, i32, i32, i32) {
  %x:4 = func.call @sort_rows(%k0, %k1, %k2, %k3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
  %x1 = func.call @reverse(%x#1) : (i32) -> i32
  %x3 = func.call @reverse(%x#3) : (i32) -> i32
  %p0, %p1 = func.call @order(%x#0, %x1) : (i32, i32) -> (i32, i32)
  %p2, %p3 = func.call @order(%x#2, %x3) : (i32, i32) -> (i32, i32)
  %y:4 = func.call @sort_bitonic_rows(%p0, %p1, %p2, %p3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
  %y2 = func.call @reverse(%y#3) : (i32) -> i32
  %y3 = func.call @reverse(%y#2) : (i32) -> i32
  %r:4 = func.call @sort_bitonic(%y#0, %y#1, %y2, %y3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
  return %r#0, %r#1, %r#2, %r#3 : i32, i32, i32, i32
}

// --------------------------------------------------------------------------------------------------------------------- memory

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

// This lane's four keys of the tile at `begin`.
func.func private @load_tile(%begin: i32, %end: i32, %work: memref<?xi32>) -> (i32, i32, i32, i32) {
  %lane = func.call @lane() : () -> i32
  %lanes = func.call @lanes() : () -> i32
  %p0 = arith.addi %begin, %lane : i32
  %p1 = arith.addi %p0, %lanes : i32
  %p2 = arith.addi %p1, %lanes : i32
  %p3 = arith.addi %p2, %lanes : i32
  %x0 = func.call @key(%p0, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  %x1 = func.call @key(%p1, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  %x2 = func.call @key(%p2, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  %x3 = func.call @key(%p3, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  return %x0, %x1, %x2, %x3 : i32, i32, i32, i32
}

// The same in the other direction: the tile's first key is in the last row of the last lane.
func.func private @load_reversed(%begin: i32, %end: i32, %work: memref<?xi32>) -> (i32, i32, i32, i32) {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %lane = func.call @lane() : () -> i32
  %lanes = func.call @lanes() : () -> i32
  %tile = arith.shli %lanes, %two : i32
  %behind = arith.addi %begin, %tile : i32
  %last = arith.subi %behind, %one : i32
  %p0 = arith.subi %last, %lane : i32
  %p1 = arith.subi %p0, %lanes : i32
  %p2 = arith.subi %p1, %lanes : i32
  %p3 = arith.subi %p2, %lanes : i32
  %x0 = func.call @key(%p0, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  %x1 = func.call @key(%p1, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  %x2 = func.call @key(%p2, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  %x3 = func.call @key(%p3, %end, %work) : (i32, i32, memref<?xi32>) -> i32
  return %x0, %x1, %x2, %x3 : i32, i32, i32, i32
}

func.func private @store_key(%x: i32, %at: i32, %end: i32, %work: memref<?xi32>) {
  %inside = arith.cmpi slt, %at, %end : i32
  scf.if %inside {
    %place = arith.index_cast %at : i32 to index
    memref.store %x, %work[%place] : memref<?xi32>
  }
  return
}

// Writes a tile to `begin`, but nothing to `end` and behind it.
func.func private @store_tile(%x0: i32, %x1: i32, %x2: i32, %x3: i32, %begin: i32, %end: i32, %work: memref<?xi32>) {
  %lane = func.call @lane() : () -> i32
  %lanes = func.call @lanes() : () -> i32
  %p0 = arith.addi %begin, %lane : i32
  %p1 = arith.addi %p0, %lanes : i32
  %p2 = arith.addi %p1, %lanes : i32
  %p3 = arith.addi %p2, %lanes : i32
  func.call @store_key(%x0, %p0, %end, %work) : (i32, i32, i32, memref<?xi32>) -> ()
  func.call @store_key(%x1, %p1, %end, %work) : (i32, i32, i32, memref<?xi32>) -> ()
  func.call @store_key(%x2, %p2, %end, %work) : (i32, i32, i32, memref<?xi32>) -> ()
  func.call @store_key(%x3, %p3, %end, %work) : (i32, i32, i32, memref<?xi32>) -> ()
  return
}

func.func private @select_tile(%c: i1, %x0: i32, %x1: i32, %x2: i32, %x3: i32, %y0: i32, %y1: i32, %y2: i32, %y3: i32)
    -> (i32, i32, i32, i32) {
  %0 = arith.select %c, %x0, %y0 : i32
  %1 = arith.select %c, %x1, %y1 : i32
  %2 = arith.select %c, %x2, %y2 : i32
  %3 = arith.select %c, %x3, %y3 : i32
  return %0, %1, %2, %3 : i32, i32, i32, i32
}

// ---------------------------------------------------------------------------------------------------------------------- leaves

// How many tiles that many keys fill, the last one perhaps in part.
func.func private @tiles(%keys: i32) -> i32 {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %lanes = func.call @lanes() : () -> i32
  %tile = arith.shli %lanes, %two : i32
  %less = arith.subi %tile, %one : i32
  %padded = arith.addi %keys, %less : i32
  %log = math.cttz %tile : i32
  %0 = arith.shrui %padded, %log : i32
  return %0 : i32
}

// Where the tile behind the one at `begin` begins; the end of the range, if there is none.
func.func private @next_tile(%begin: i32, %end: i32) -> i32 {
  %two = arith.constant 2 : i32
  %lanes = func.call @lanes() : () -> i32
  %tile = arith.shli %lanes, %two : i32
  %behind = arith.addi %begin, %tile : i32
  %0 = arith.minsi %behind, %end : i32
  return %0 : i32
}

// Merges a ... a_end-1 and b ... b_end-1 to where `out` begins. The tile that is held is merged with the next one of that range whose next
// key is the smaller one: the lower half goes out, the upper one is held. Nothing that is not loaded is below what goes out: all that was
// loaded of the range with the smaller key is not above that key, and of the other range all but the last tile is not. The next
// tiles of both ranges are loaded ahead, in the other direction, so that with the one that is held they are bitonic.
func.func private @merge_leaf(%a: i32, %a_end: i32, %b: i32, %b_end: i32, %out: i32, %work: memref<?xi32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %lanes = func.call @lanes() : () -> i32
  %last = arith.subi %lanes, %one : i32
  %tile = arith.shli %lanes, %two : i32
  %a_length = arith.subi %a_end, %a : i32
  %b_length = arith.subi %b_end, %b : i32
  %length = arith.addi %a_length, %b_length : i32
  %end = arith.addi %out, %length : i32
  %a_next = func.call @next_tile(%a, %a_end) : (i32, i32) -> i32
  %held:4 = func.call @load_tile(%a, %a_end, %work) : (i32, i32, memref<?xi32>) -> (i32, i32, i32, i32)
  %ahead_a:4 = func.call @load_reversed(%a_next, %a_end, %work) : (i32, i32, memref<?xi32>) -> (i32, i32, i32, i32)
  %ahead_b:4 = func.call @load_reversed(%b, %b_end, %work) : (i32, i32, memref<?xi32>) -> (i32, i32, i32, i32)
  %tiles = func.call @tiles(%length) : (i32) -> i32
  %done:14 = scf.for %n = %zero to %tiles step %one iter_args(%i = %a_next, %j = %b, %h0 = %held#0, %h1 = %held#1, %h2 = %held#2,
      %h3 = %held#3, %a0 = %ahead_a#0, %a1 = %ahead_a#1, %a2 = %ahead_a#2, %a3 = %ahead_a#3, %b0 = %ahead_b#0, %b1 = %ahead_b#1,
      %b2 = %ahead_b#2, %b3 = %ahead_b#3) -> (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) : i32 {
    %keys = arith.muli %n, %tile : i32
    %to = arith.addi %out, %keys : i32
    %a_first, %0 = gpu.shuffle idx %a3, %last, %lanes : i32
    %b_first, %1 = gpu.shuffle idx %b3, %last, %lanes : i32
    %of_a = arith.cmpi sle, %a_first, %b_first : i32
    %next:4 = func.call @select_tile(%of_a, %a0, %a1, %a2, %a3, %b0, %b1, %b2, %b3)
      : (i1, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32)
    %from = arith.select %of_a, %i, %j : i32
    %stop = arith.select %of_a, %a_end, %b_end : i32
    %ahead = func.call @next_tile(%from, %stop) : (i32, i32) -> i32
    %m:4 = func.call @load_reversed(%ahead, %stop, %work) : (i32, i32, memref<?xi32>) -> (i32, i32, i32, i32)
    %l0, %u0 = func.call @order(%h0, %next#0) : (i32, i32) -> (i32, i32)
    %l1, %u1 = func.call @order(%h1, %next#1) : (i32, i32) -> (i32, i32)
    %l2, %u2 = func.call @order(%h2, %next#2) : (i32, i32) -> (i32, i32)
    %l3, %u3 = func.call @order(%h3, %next#3) : (i32, i32) -> (i32, i32)
    %low:4 = func.call @sort_bitonic(%l0, %l1, %l2, %l3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
    func.call @store_tile(%low#0, %low#1, %low#2, %low#3, %to, %end, %work) : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> ()
    %up:4 = func.call @sort_bitonic(%u0, %u1, %u2, %u3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
    %i_1 = arith.select %of_a, %ahead, %i : i32
    %j_1 = arith.select %of_a, %j, %ahead : i32
    %x:4 = func.call @select_tile(%of_a, %m#0, %m#1, %m#2, %m#3, %a0, %a1, %a2, %a3)
      : (i1, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32)
    %y:4 = func.call @select_tile(%of_a, %b0, %b1, %b2, %b3, %m#0, %m#1, %m#2, %m#3)
      : (i1, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32)
    scf.yield %i_1, %j_1, %up#0, %up#1, %up#2, %up#3, %x#0, %x#1, %x#2, %x#3, %y#0, %y#1, %y#2, %y#3
      : i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32
  }
  return
}

// Sorts each tile of begin ... end-1 to the places `shift` further.
func.func private @sort_tiles(%begin: i32, %end: i32, %shift: i32, %work: memref<?xi32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %lanes = func.call @lanes() : () -> i32
  %tile = arith.shli %lanes, %two : i32
  %size = arith.subi %end, %begin : i32
  %tiles = func.call @tiles(%size) : (i32) -> i32
  %stop = arith.addi %end, %shift : i32
  scf.for %n = %zero to %tiles step %one : i32 {
    %keys = arith.muli %n, %tile : i32
    %from = arith.addi %begin, %keys : i32
    %k:4 = func.call @load_tile(%from, %end, %work) : (i32, i32, memref<?xi32>) -> (i32, i32, i32, i32)
    %s:4 = func.call @sort_tile(%k#0, %k#1, %k#2, %k#3) : (i32, i32, i32, i32) -> (i32, i32, i32, i32)
    %to = arith.addi %from, %shift : i32
    func.call @store_tile(%s#0, %s#1, %s#2, %s#3, %to, %stop, %work) : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> ()
  }
  return
}

// How often runs of sorted keys, a tile at first, are merged by twos until there is one run.
func.func private @passes(%size: i32) -> i32 {
  %one = arith.constant 1 : i32
  %bits = arith.constant 32 : i32
  %tiles = func.call @tiles(%size) : (i32) -> i32
  %some = arith.maxsi %tiles, %one : i32
  %last = arith.subi %some, %one : i32
  %zeros = math.ctlz %last : i32
  %0 = arith.subi %bits, %zeros : i32
  return %0 : i32
}

// Merges the runs of `size` keys from `source` on by twos to where `goal` begins, behind `pass` times of doing so.
func.func private @merge_runs(%source: i32, %size: i32, %goal: i32, %pass: i32, %work: memref<?xi32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %lanes = func.call @lanes() : () -> i32
  %tile = arith.shli %lanes, %two : i32
  %run = arith.shli %tile, %pass : i32
  %pair = arith.shli %run, %one : i32
  %tiles = func.call @tiles(%size) : (i32) -> i32
  %last = arith.subi %tiles, %one : i32
  %last_run = arith.shrui %last, %pass : i32
  %last_pair = arith.shrui %last_run, %one : i32
  %pairs = arith.addi %last_pair, %one : i32
  scf.for %n = %zero to %pairs step %one : i32 {
    %before = arith.muli %n, %pair : i32
    %left = arith.subi %size, %before : i32
    %of_a = arith.minsi %run, %left : i32
    %rest = arith.subi %left, %of_a : i32
    %of_b = arith.minsi %run, %rest : i32
    %a = arith.addi %source, %before : i32
    %b = arith.addi %a, %of_a : i32
    %b_end = arith.addi %b, %of_b : i32
    %out = arith.addi %goal, %before : i32
    func.call @merge_leaf(%a, %b, %b, %b_end, %out, %work) : (i32, i32, i32, i32, i32, memref<?xi32>) -> ()
  }
  return
}

// ----------------------------------------------------------------------------------------------------------------------- tasks

// How many of the first `count` keys of the merge of a and b are of a, for ranges of less than 2^30 keys. Each round the lanes ask at as
// many places, which cut what is left into equal parts: up to some lane the answer is more, from there on it is not.
func.func private @split(%count: i32, %a: i32, %a_end: i32, %b: i32, %b_end: i32, %work: memref<?xi32>) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %rounds = arith.constant 31 : i32
  %lane = func.call @lane() : () -> i32
  %lanes = func.call @lanes() : () -> i32
  %a_length = arith.subi %a_end, %a : i32
  %b_length = arith.subi %b_end, %b : i32
  %surplus = arith.subi %count, %b_length : i32
  %least = arith.maxsi %surplus, %zero : i32
  %most = arith.minsi %count, %a_length : i32
  %found:2 = scf.for %round = %zero to %rounds step %one iter_args(%low = %least, %high = %most) -> (i32, i32) : i32 {
    %open = arith.cmpi slt, %low, %high : i32
    %new:2 = scf.if %open -> (i32, i32) {
      %size = arith.subi %high, %low : i32
      %own = func.call @part(%size, %lane) : (i32, i32) -> i32
      %middle = arith.addi %low, %own : i32
      %above = arith.addi %middle, %one : i32
      %of_b = arith.subi %count, %above : i32
      %i_32 = arith.addi %a, %middle : i32
      %j_32 = arith.addi %b, %of_b : i32
      %i = arith.index_cast %i_32 : i32 to index
      %j = arith.index_cast %j_32 : i32 to index
      %x = memref.load %work[%i] : memref<?xi32>
      %y = memref.load %work[%j] : memref<?xi32>
      %more = arith.cmpi sle, %x, %y : i32
      %own_yes = arith.extui %more : i1 to i32
      %yes = gpu.subgroup_reduce add %own_yes : (i32) -> i32
      %last_yes = arith.subi %yes, %one : i32
      %before = func.call @part(%size, %last_yes) : (i32, i32) -> i32
      %behind = func.call @part(%size, %yes) : (i32, i32) -> i32
      %before_1 = arith.addi %before, %one : i32
      %some = arith.cmpi ne, %yes, %zero : i32
      %up = arith.select %some, %before_1, %zero : i32
      %low_1 = arith.addi %low, %up : i32
      %all = arith.cmpi eq, %yes, %lanes : i32
      %down = arith.select %all, %size, %behind : i32
      %high_1 = arith.addi %low, %down : i32
      scf.yield %low_1, %high_1 : i32, i32
    } else {
      scf.yield %low, %high : i32, i32
    }
    scf.yield %new#0, %new#1 : i32, i32
  }
  return %found#0 : i32
}

// The last place of part `number` of `size` places, which are cut into as many parts as there are lanes, but two at least.
func.func private @part(%size: i32, %number: i32) -> i32 {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %lanes = func.call @lanes() : () -> i32
  %parts = arith.maxsi %lanes, %two : i32
  %log_32 = math.cttz %parts : i32
  %log = arith.extui %log_32 : i32 to i64
  %times_32 = arith.addi %number, %one : i32
  %times = arith.extui %times_32 : i32 to i64
  %wide = arith.extui %size : i32 to i64
  %product = arith.muli %wide, %times : i64
  %quotient = arith.shrui %product, %log : i64
  %behind = arith.trunci %quotient : i64 to i32
  %last = arith.subi %size, %one : i32
  %0 = arith.minsi %behind, %last : i32
  return %0 : i32
}

async.func private @merge(%a: i32, %a_end: i32, %b: i32, %b_end: i32, %out: i32, %piece: i32, %work: memref<?xi32>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %bits = arith.constant 32 : i32
  %a_length = arith.subi %a_end, %a : i32
  %b_length = arith.subi %b_end, %b : i32
  %length = arith.addi %a_length, %b_length : i32
  // How often the length is halved until it is at most `piece`: as the lower halves are not the larger ones, so is what is left.
  %some = arith.maxsi %length, %one : i32
  %less = arith.subi %some, %one : i32
  %pieces = arith.divui %less, %piece : i32
  %zeros = math.ctlz %pieces : i32
  %cuts = arith.subi %bits, %zeros : i32
  %size = arith.index_cast %cuts : i32 to index
  %uppers = async.create_group %size : !async.group
  %left:3 = scf.for %cut = %zero to %cuts step %one iter_args(%a_stop = %a_end, %b_stop = %b_end, %count = %length)
      -> (i32, i32, i32) : i32 {
    %half = arith.shrui %count, %one : i32
    %of_a = func.call @split(%half, %a, %a_stop, %b, %b_stop, %work) : (i32, i32, i32, i32, i32, memref<?xi32>) -> i32
    %of_b = arith.subi %half, %of_a : i32
    %a_cut = arith.addi %a, %of_a : i32
    %b_cut = arith.addi %b, %of_b : i32
    %out_cut = arith.addi %out, %half : i32
    %upper = async.call @merge(%a_cut, %a_stop, %b_cut, %b_stop, %out_cut, %piece, %work)
      : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %upper, %uppers : !async.token
    scf.yield %a_cut, %b_cut, %half : i32, i32, i32
  }
  func.call @merge_leaf(%a, %left#0, %b, %left#1, %out, %work) : (i32, i32, i32, i32, i32, memref<?xi32>) -> ()
  async.await_all %uppers
  return
}

// Sorts the keys begin ... end-1 to the places `shift` further: 0, or `length`, the number of all keys.
async.func private @sort(%begin: i32, %end: i32, %shift: i32, %length: i32, %leaf: i32, %piece: i32, %work: memref<?xi32>)
    -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %size = arith.subi %end, %begin : i32
  %other = arith.subi %length, %shift : i32
  %small = arith.cmpi sle, %size, %leaf : i32
  scf.if %small {
    // Runs go from one half of `work` to the other; tiles go to the half from which the last run comes where it should.
    %passes = func.call @passes(%size) : (i32) -> i32
    %bit = arith.andi %passes, %one : i32
    %even = arith.cmpi eq, %bit, %zero : i32
    %first = arith.select %even, %shift, %other : i32
    func.call @sort_tiles(%begin, %end, %first, %work) : (i32, i32, i32, memref<?xi32>) -> ()
    %last = scf.for %pass = %zero to %passes step %one iter_args(%from = %first) -> (i32) : i32 {
      // Other lanes stored what is loaded now.
      task.lane_sync
      %to = arith.subi %length, %from : i32
      %source = arith.addi %begin, %from : i32
      %goal = arith.addi %begin, %to : i32
      func.call @merge_runs(%source, %size, %goal, %pass, %work) : (i32, i32, i32, i32, memref<?xi32>) -> ()
      scf.yield %to : i32
    }
  } else {
    %half = arith.shrui %size, %one : i32
    %middle = arith.addi %begin, %half : i32
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

// A warp's, like all its tasks: so workers look for no others.
func.func @cilksort(%work: memref<?xi32>, %leaf: i32, %piece: i32) attributes {task.kernel, task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %two = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %some_leaf = arith.cmpi sge, %leaf, %one : i32
  %some_piece = arith.cmpi sge, %piece, %one : i32
  %fine = arith.andi %some_leaf, %some_piece : i1
  cf.assert %fine, "a task sorts and merges one key at least"
  %lanes = func.call @lanes() : () -> i32
  %bits = math.ctpop %lanes : i32
  %power = arith.cmpi eq, %bits, %one : i32
  cf.assert %power, "the number of a warp's lanes is a power of two"
  %size = memref.dim %work, %c0 : memref<?xi32>
  %most = arith.constant 2147418112 : index
  %fits = arith.cmpi ule, %size, %most : index
  cf.assert %fits, "there are at most 2^30 - 2^15 keys"
  %half = arith.divui %size, %two : index
  %length = arith.index_cast %half : index to i32
  %all = async.call @sort(%zero, %length, %zero, %length, %leaf, %piece, %work)
    : (i32, i32, i32, i32, i32, i32, memref<?xi32>) -> !async.token
  async.await %all : !async.token
  return
}
