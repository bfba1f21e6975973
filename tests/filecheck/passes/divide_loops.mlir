// divide-loops: a loop that only starts tasks becomes a task that halves the loop's range.
// RUN: asyncir-opt %s --split-input-file -p divide-loops | filecheck %s

// From 0 to the group's size: the group is made only where its size is an error.

async.func @child(%i: index, %a: memref<?xi32>) -> !async.token {
  async.return
}
func.func @main(%n: index, %a: memref<?xi32>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @child(%i, %a) : (index, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}

// CHECK-LABEL: func.func @main(
// CHECK-SAME:  [[N:%.*]]: index, [[A:%.*]]: memref<?xi32>)
// CHECK-NEXT:    [[C0:%.*]] = arith.constant 0 : index
// CHECK-NEXT:    arith.constant 1 : index
// CHECK-NEXT:    [[ZERO:%.*]] = arith.constant 0 : index
// CHECK-NEXT:    [[SOME:%.*]] = arith.cmpi sgt, [[N]], [[ZERO]] : index
// CHECK-NEXT:    scf.if [[SOME]] {
// CHECK-NEXT:      [[RANGE:%.*]] = async.call @main_range_0([[C0]], [[N]], [[A]]) : (index, index, memref<?xi32>) -> !async.token
// CHECK-NEXT:      async.await [[RANGE]] : !async.token
// CHECK-NEXT:    } else {
// CHECK-NEXT:      [[NEGATIVE:%.*]] = arith.cmpi slt, [[N]], [[ZERO]] : index
// CHECK-NEXT:      scf.if [[NEGATIVE]] {
// CHECK-NEXT:        async.create_group [[N]] : !async.group
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:    func.return
// CHECK-LABEL: async.func private @main_range_0(
// CHECK-SAME:  [[I:%.*]]: index, [[COUNT:%.*]]: index, [[A:%.*]]: memref<?xi32>) -> !async.token {
// CHECK-NEXT:    [[ONE:%.*]] = arith.constant 1 : index
// CHECK-NEXT:    [[SINGLE:%.*]] = arith.cmpi eq, [[COUNT]], [[ONE]] : index
// CHECK-NEXT:    scf.if [[SINGLE]] {
// CHECK-NEXT:      [[T:%.*]] = async.call @child([[I]], [[A]]) : (index, memref<?xi32>) -> !async.token
// CHECK-NEXT:      async.await [[T]] : !async.token
// CHECK-NEXT:    } else {
// CHECK-NEXT:      [[HALF:%.*]] = arith.shrui [[COUNT]], [[ONE]] : index
// CHECK-NEXT:      [[REST:%.*]] = arith.subi [[COUNT]], [[HALF]] : index
// CHECK-NEXT:      [[MIDDLE:%.*]] = arith.addi [[I]], [[HALF]] : index
// CHECK-NEXT:      [[FIRST:%.*]] = async.call @main_range_0([[I]], [[HALF]], [[A]]) : (index, index, memref<?xi32>) -> !async.token
// CHECK-NEXT:      [[SECOND:%.*]] = async.call @main_range_0([[MIDDLE]], [[REST]], [[A]]) : (index, index, memref<?xi32>) -> !async.token
// CHECK-NEXT:      {{%.*}}, {{%.*}} = task.try_await [[FIRST]] : !async.token
// CHECK-NEXT:      {{%.*}}, {{%.*}} = task.try_await [[SECOND]] : !async.token
// CHECK-NEXT:      async.await [[FIRST]] : !async.token
// CHECK-NEXT:      async.await [[SECOND]] : !async.token
// CHECK-NEXT:    }
// CHECK-NEXT:    async.return

// -----

// Any other range is divided where the group has room for just as many; else the loop is as it was. The counter may be of any width.
// What is computed in the body is computed where the child starts, constants too. A value's handle is awaited as a token's.

async.func @child(%i: i32, %x: i32) -> (!async.token, !async.value<i32>) {
  async.return %x : i32
}
async.func @main(%n: index, %lo: i32, %hi: i32, %f: i32) -> !async.token {
  %c1 = arith.constant 1 : i32
  %c7 = arith.constant 7 : i32
  %g = async.create_group %n : !async.group
  scf.for %i = %lo to %hi step %c1 : i32 {
    %x = arith.muli %i, %f : i32
    %y = arith.addi %x, %c7 : i32
    %t, %v = async.call @child(%i, %y) : (i32, i32) -> (!async.token, !async.value<i32>)
    %rank = async.add_to_group %v, %g : !async.value<i32>
  }
  async.await_all %g
  async.return
}

// CHECK-LABEL: async.func @main(
// CHECK-SAME:  [[N:%.*]]: index, [[LO:%.*]]: i32, [[HI:%.*]]: i32, [[F:%.*]]: i32)
// CHECK:         [[COUNT:%.*]] = arith.subi [[HI]], [[LO]] : i32
// CHECK-NEXT:    [[WIDE:%.*]] = arith.index_castui [[COUNT]] : i32 to index
// CHECK-NEXT:    [[SOME:%.*]] = arith.cmpi slt, [[LO]], [[HI]] : i32
// CHECK-NEXT:    [[EQUAL:%.*]] = arith.cmpi eq, [[WIDE]], [[N]] : index
// CHECK-NEXT:    [[ZERO:%.*]] = arith.constant 0 : index
// CHECK-NEXT:    [[POSITIVE:%.*]] = arith.cmpi sgt, [[N]], [[ZERO]] : index
// CHECK-NEXT:    [[BOTH:%.*]] = arith.andi [[SOME]], [[EQUAL]] : i1
// CHECK-NEXT:    [[FILLED:%.*]] = arith.andi [[BOTH]], [[POSITIVE]] : i1
// CHECK-NEXT:    scf.if [[FILLED]] {
// CHECK-NEXT:      [[RANGE:%.*]] = async.call @main_range_0([[LO]], [[COUNT]], [[F]]) : (i32, i32, i32) -> !async.token
// CHECK-NEXT:      async.await [[RANGE]] : !async.token
// CHECK-NEXT:    } else {
// CHECK-NEXT:      [[G:%.*]] = async.create_group [[N]] : !async.group
// CHECK-NEXT:      scf.for
// CHECK:             async.add_to_group {{%.*}}, [[G]] : !async.value<i32>
// CHECK:           async.await_all [[G]]
// CHECK-NEXT:    }
// CHECK-NEXT:    async.return
// CHECK-LABEL: async.func private @main_range_0(
// CHECK-SAME:  [[I:%.*]]: i32, {{%.*}}: i32, [[F:%.*]]: i32) -> !async.token {
// CHECK:         scf.if
// CHECK-NEXT:      [[C7:%.*]] = arith.constant 7 : i32
// CHECK-NEXT:      [[X:%.*]] = arith.muli [[I]], [[F]] : i32
// CHECK-NEXT:      [[Y:%.*]] = arith.addi [[X]], [[C7]] : i32
// CHECK-NEXT:      {{%.*}}, [[V:%.*]] = async.call @child([[I]], [[Y]]) : (i32, i32) -> (!async.token, !async.value<i32>)
// CHECK-NEXT:      async.await [[V]] : !async.value<i32>
// CHECK-NEXT:    } else {

// -----

// With a step, the second half begins that many steps on.

async.func @child(%i: index) -> !async.token {
  async.return
}
func.func @main(%n: index, %lo: index, %hi: index) attributes {task.kernel} {
  %c3 = arith.constant 3 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %lo to %hi step %c3 {
    %t = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}

// CHECK-LABEL: func.func @main(
// CHECK:         [[C3:%.*]] = arith.constant 3 : index
// CHECK-NEXT:    [[SPAN:%.*]] = arith.subi
// CHECK-NEXT:    [[ONE:%.*]] = arith.constant 1 : index
// CHECK-NEXT:    [[LAST:%.*]] = arith.subi [[SPAN]], [[ONE]] : index
// CHECK-NEXT:    [[WHOLE:%.*]] = arith.divui [[LAST]], [[C3]] : index
// CHECK-NEXT:    [[COUNT:%.*]] = arith.addi [[WHOLE]], [[ONE]] : index
// CHECK-LABEL: async.func private @main_range_0(
// CHECK-SAME:  [[I:%.*]]: index, [[COUNT:%.*]]: index) -> !async.token {
// CHECK:         [[HALF:%.*]] = arith.shrui [[COUNT]]
// CHECK-NEXT:    [[REST:%.*]] = arith.subi [[COUNT]], [[HALF]] : index
// CHECK-NEXT:    [[STEP:%.*]] = arith.constant 3 : index
// CHECK-NEXT:    [[DISTANCE:%.*]] = arith.muli [[HALF]], [[STEP]] : index
// CHECK-NEXT:    [[MIDDLE:%.*]] = arith.addi [[I]], [[DISTANCE]] : index
// CHECK-NEXT:    async.call @main_range_0([[I]], [[HALF]]) : (index, index) -> !async.token
// CHECK-NEXT:    async.call @main_range_0([[MIDDLE]], [[REST]]) : (index, index) -> !async.token

// -----

// A load goes to the task that starts the child where nobody else writes elements of that type; the kernel's own stores do not disturb it.

async.func @child(%i: index, %a: memref<?xi32>) -> !async.token {
  %zero = arith.constant 0 : i32
  memref.store %zero, %a[%i] : memref<?xi32>
  async.return
}
func.func @main(%n: index, %a: memref<?xi32>, %where: memref<?xindex>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  memref.store %c1, %where[%c0] : memref<?xindex>
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %j = memref.load %where[%i] : memref<?xindex>
    %t = async.call @child(%j, %a) : (index, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}

// CHECK-LABEL: func.func @main(
// CHECK-NOT:     scf.for
// CHECK-LABEL: async.func private @main_range_0(
// CHECK-SAME:  [[I:%.*]]: index, {{%.*}}: index, [[WHERE:%.*]]: memref<?xindex>, [[A:%.*]]: memref<?xi32>) -> !async.token {
// CHECK:         [[J:%.*]] = memref.load [[WHERE]][[[I]]] : memref<?xindex>
// CHECK-NEXT:    async.call @child([[J]], [[A]])

// -----

// A child may write what is loaded; a store is more than a computation; the turns are not known; the loop carries a value.

async.func @child(%i: index, %x: i32, %a: memref<?xi32>) -> !async.token {
  memref.store %x, %a[%i] : memref<?xi32>
  async.return
}
func.func @loads(%n: index, %a: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xi32>
    %t = async.call @child(%i, %x, %a) : (index, i32, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}
func.func @stores(%n: index, %x: i32, %a: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    memref.store %x, %a[%i] : memref<?xi32>
    %t = async.call @child(%i, %x, %a) : (index, i32, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}
func.func @steps(%n: index, %s: index, %x: i32, %a: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %s {
    %t = async.call @child(%i, %x, %a) : (index, i32, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}
func.func @carries(%n: index, %x: i32, %a: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> (i32) {
    %t = async.call @child(%i, %y, %a) : (index, i32, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
    %z = arith.addi %y, %y : i32
    scf.yield %z : i32
  }
  async.await_all %g
  return %r : i32
}

// CHECK-LABEL: func.func @loads(
// CHECK:         scf.for
// CHECK-LABEL: func.func @stores(
// CHECK:         scf.for
// CHECK-LABEL: func.func @steps(
// CHECK:         scf.for
// CHECK-LABEL: func.func @carries(
// CHECK:         scf.for
// CHECK-NOT:   _range_0

// -----

// More use of a group or a handle, something between, an array on the stack, an op of this task's lanes: the loop stays.

async.func @child(%i: index) -> !async.token {
  async.return
}
async.func @other(%x: i32) -> !async.token {
  async.return
}
func.func @two(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  %first = async.call @child(%c0) : (index) -> !async.token
  %rank0 = async.add_to_group %first, %g : !async.token
  scf.for %i = %c1 to %n step %c1 {
    %t = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}
func.func @handle(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
    async.await %t : !async.token
  }
  async.await_all %g
  return
}
func.func @between(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  task.yield_now
  async.await_all %g
  return
}
func.func @stack(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloca() : memref<4xi32>
  %b = memref.cast %a : memref<4xi32> to memref<?xi32>
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %b[%i] : memref<?xi32>
    %t = async.call @other(%x) : (i32) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}
func.func @lanes(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %l = gpu.lane_id
    %t = async.call @child(%l) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  return
}

// CHECK-LABEL: func.func @two(
// CHECK:         scf.for
// CHECK-LABEL: func.func @handle(
// CHECK:         scf.for
// CHECK-LABEL: func.func @between(
// CHECK:         scf.for
// CHECK-LABEL: func.func @stack(
// CHECK:         scf.for
// CHECK-LABEL: func.func @lanes(
// CHECK:         scf.for
// CHECK-NOT:   _range_0

// -----

// An await that catches a cancellation waits for a group, whose tasks go on; the task of a divided loop would be cancelled first.

async.func @child(%i: index) -> !async.token {
  async.return
}
func.func @catches(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g {task.catches}
  return
}

// CHECK-LABEL: func.func @catches(
// CHECK:         scf.for
// CHECK:         async.await_all {{.*}} {task.catches}
// CHECK-NOT:   _range_0

// -----

// In a program that cancels tasks the members of a group are not its awaiter's to end: the loop stays.

async.func @child(%i: index) -> !async.token {
  async.return
}
async.func @loops(%n: index) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }
  async.await_all %g
  async.return
}
func.func @cancels(%n: index) {
  %h = async.call @loops(%n) : (index) -> !async.token
  task.cancel %h : !async.token
  return
}

// CHECK-LABEL: async.func @loops(
// CHECK:         scf.for
// CHECK-NOT:   _range_0
