// scf-to-cf makes blocks and branches of structured control flow.
// RUN: asyncir-opt %s --split-input-file -p scf-to-cf | filecheck %s

// The branch that closes a loop with a known end says so.

func.func @for(%n: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (f32) {
    %s = arith.addf %a, %x : f32
    scf.yield %s : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @for
// CHECK-NEXT:    [[C0:%.*]] = arith.constant 0
// CHECK-NEXT:    [[C1:%.*]] = arith.constant 1
// CHECK-NEXT:    cf.br ^[[HEADER:.*]]([[C0]], %x : index, f32)
// CHECK-NEXT:  ^[[HEADER]]([[I:%.*]]: index, [[A:%.*]]: f32):
// CHECK-NEXT:    [[MORE:%.*]] = arith.cmpi slt, [[I]], %n : index
// CHECK-NEXT:    cf.cond_br [[MORE]], ^[[BODY:.*]], ^[[EXIT:.*]]
// CHECK-NEXT:  ^[[BODY]]:
// CHECK-NEXT:    [[S:%.*]] = arith.addf [[A]], %x : f32
// CHECK-NEXT:    [[NEXT:%.*]] = arith.addi [[I]], [[C1]] : index
// CHECK-NEXT:    cf.br ^[[HEADER]]([[NEXT]], [[S]] : index, f32) {task.bounded}
// CHECK-NEXT:  ^[[EXIT]]:
// CHECK-NEXT:    func.return [[A]] : f32

// -----

// A step that is not known, or that may skip the bound of a narrow counter, gives no such promise.

func.func @steps(%n: index, %step: index, %m: i8, %z: i8) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : i8
  scf.for %i = %c0 to %n step %step {
  }
  scf.for %i = %z to %m step %c2 : i8 {
  }
  return
}

// CHECK-LABEL: func.func @steps
// CHECK-NOT:     task.bounded

// -----

func.func @if(%c: i1, %x: i32) -> (i32, i1) {
  %r, %s = scf.if %c -> (i32, i1) {
    %y = arith.addi %x, %x : i32
    scf.yield %y, %c : i32, i1
  } else {
    scf.yield %x, %c : i32, i1
  }
  scf.if %s {
    task.yield_now
  }
  return %r, %s : i32, i1
}

// CHECK-LABEL: func.func @if
// CHECK-NEXT:    cf.cond_br %c, ^[[THEN:.*]], ^[[ELSE:.*]]
// CHECK-NEXT:  ^[[THEN]]:
// CHECK-NEXT:    [[Y:%.*]] = arith.addi
// CHECK-NEXT:    cf.br ^[[JOIN:.*]]([[Y]], %c : i32, i1)
// CHECK-NEXT:  ^[[ELSE]]:
// CHECK-NEXT:    cf.br ^[[JOIN]](%x, %c : i32, i1)
// CHECK-NEXT:  ^[[JOIN]]([[R:%.*]]: i32, [[S:%.*]]: i1):
// CHECK-NEXT:    cf.cond_br [[S]], ^[[THEN2:.*]], ^[[JOIN2:.*]]
// CHECK-NEXT:  ^[[THEN2]]:
// CHECK-NEXT:    task.yield_now
// CHECK-NEXT:    cf.br ^[[JOIN2]]
// CHECK-NEXT:  ^[[JOIN2]]:
// CHECK-NEXT:    func.return [[R]], [[S]]

// -----

func.func @while(%n: i32) -> i64 {
  %r = scf.while (%i = %n) : (i32) -> i64 {
    %c = arith.cmpi slt, %i, %n : i32
    %w = arith.extsi %i : i32 to i64
    scf.condition(%c) %w : i64
  } do {
  ^bb0(%w: i64):
    %t = arith.trunci %w : i64 to i32
    scf.yield %t : i32
  }
  return %r : i64
}

// CHECK-LABEL: func.func @while
// CHECK-NEXT:    cf.br ^[[BEFORE:.*]](%n : i32)
// CHECK-NEXT:  ^[[BEFORE]]([[I:%.*]]: i32):
// CHECK-NEXT:    [[C:%.*]] = arith.cmpi
// CHECK-NEXT:    [[W:%.*]] = arith.extsi [[I]]
// CHECK-NEXT:    cf.cond_br [[C]], ^[[AFTER:.*]]([[W]] : i64), ^[[EXIT:.*]]([[W]] : i64)
// CHECK-NEXT:  ^[[AFTER]]([[X:%.*]]: i64):
// CHECK-NEXT:    [[T:%.*]] = arith.trunci [[X]]
// CHECK-NEXT:    cf.br ^[[BEFORE]]([[T]] : i32)
// CHECK-NEXT:  ^[[EXIT]]([[R:%.*]]: i64):
// CHECK-NEXT:    func.return [[R]] : i64

// -----

func.func @switch(%i: index, %a: i32, %b: i32) -> i32 {
  %r = scf.index_switch %i -> i32
  case 3 {
    scf.yield %a : i32
  }
  default {
    scf.yield %b : i32
  }
  return %r : i32
}

// CHECK-LABEL: func.func @switch
// CHECK-NEXT:    [[F:%.*]] = arith.index_cast %i : index to i64
// CHECK-NEXT:    cf.switch [[F]] : i64, [
// CHECK-NEXT:      default: ^[[DEFAULT:.*]],
// CHECK-NEXT:      3: ^[[CASE:.*]]
// CHECK-NEXT:    ]
// CHECK-NEXT:  ^[[CASE]]:
// CHECK-NEXT:    cf.br ^[[JOIN:.*]](%a : i32)
// CHECK-NEXT:  ^[[DEFAULT]]:
// CHECK-NEXT:    cf.br ^[[JOIN]](%b : i32)
// CHECK-NEXT:  ^[[JOIN]]([[R:%.*]]: i32):
// CHECK-NEXT:    func.return [[R]]

// -----

func.func @region(%c: i1, %x: i32, %y: i32) -> i32 {
  %r = scf.execute_region -> (i32) {
    cf.cond_br %c, ^a, ^b
  ^a:
    scf.yield %x : i32
  ^b:
    scf.yield %y : i32
  }
  return %r : i32
}

// CHECK-LABEL: func.func @region
// CHECK-NEXT:    cf.br ^[[FIRST:.*]]
// CHECK-NEXT:  ^[[FIRST]]:
// CHECK-NEXT:    cf.cond_br %c, ^[[A:.*]], ^[[B:.*]]
// CHECK-NEXT:  ^[[A]]:
// CHECK-NEXT:    cf.br ^[[JOIN:.*]](%x : i32)
// CHECK-NEXT:  ^[[B]]:
// CHECK-NEXT:    cf.br ^[[JOIN]](%y : i32)
// CHECK-NEXT:  ^[[JOIN]]([[R:%.*]]: i32):
// CHECK-NEXT:    func.return [[R]]

// -----

// A parallel loop runs one round after the other; a fill is a loop of stores.

func.func @parallel(%n: index, %m: memref<?x2xi32>, %s: memref<i32>, %v: i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%n, %c1) step (%c1, %c1) {
    memref.store %v, %m[%i, %j] : memref<?x2xi32>
    scf.reduce
  }
  linalg.fill ins(%v : i32) outs(%m : memref<?x2xi32>)
  linalg.fill ins(%v : i32) outs(%s : memref<i32>)
  return
}

// CHECK-LABEL: func.func @parallel
// CHECK:       ^{{.*}}([[I:%.*]]: index):
// CHECK-NEXT:    arith.cmpi slt, [[I]], %n
// CHECK:       ^{{.*}}([[J:%.*]]: index):
// CHECK:         memref.store %v, %m[[[I]], [[J]]]
// CHECK:         {task.bounded}
// CHECK:         {task.bounded}
// CHECK:         [[ROWS:%.*]] = memref.dim %m,
// CHECK-NEXT:    [[COLUMNS:%.*]] = arith.constant 2 : index
// CHECK:       ^{{.*}}([[K:%.*]]: index):
// CHECK-NEXT:    arith.cmpi slt, [[K]], [[ROWS]]
// CHECK:       ^{{.*}}([[L:%.*]]: index):
// CHECK-NEXT:    arith.cmpi slt, [[L]], [[COLUMNS]]
// CHECK:         memref.store %v, %m[[[K]], [[L]]]
// CHECK:         memref.store %v, %s[] : memref<i32>

// -----

// Blocks stay as they are.

func.func @flat(%c: i1) {
  cf.cond_br %c, ^a, ^b
^a:
  cf.br ^b
^b:
  return
}

// CHECK-LABEL: func.func @flat
// CHECK-NEXT:    cf.cond_br %c, ^[[A:.*]], ^[[B:.*]]
// CHECK-NEXT:  ^[[A]]:
// CHECK-NEXT:    cf.br ^[[B]]
// CHECK-NEXT:  ^[[B]]:
// CHECK-NEXT:    func.return
