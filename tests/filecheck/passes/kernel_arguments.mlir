// kernel-arguments: what is always the same parameter of the kernel is not passed.
// RUN: asyncir-opt %s --split-input-file -p kernel-arguments | filecheck %s

// A parameter that is passed on unchanged is read from the kernel; one that changes on the way is passed.

sm.machine @k(%n: i32, %a: memref<?xi32>) attributes {scope = "lane", kernel} {
  %t = sm.start @f(%n, %a) : (i32, memref<?xi32>) -> !async.token
  sm.return
}
sm.machine @f(%i: i32, %m: memref<?xi32>) attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %x = memref.load %m[%c0] : memref<?xi32>
  %j = arith.addi %i, %x : i32
  %t = sm.start @f(%j, %m) : (i32, memref<?xi32>) -> !async.token
  sm.return
}

// CHECK-LABEL: sm.machine @k(
// CHECK-SAME:  [[N:%.*]]: i32, {{%.*}}: memref<?xi32>) attributes {scope = "lane", kernel} {
// CHECK-NEXT:    sm.start @f([[N]]) : (i32) -> !async.token
// CHECK-LABEL: sm.machine @f(
// CHECK-SAME:  [[I:%.*]]: i32) attributes {scope = "lane"} {
// CHECK-NEXT:    [[M:%.*]] = task.kernel_argument {index = 1 : i64} : memref<?xi32>
// CHECK-NEXT:    [[C0:%.*]] = arith.constant 0 : index
// CHECK-NEXT:    [[X:%.*]] = memref.load [[M]][[[C0]]] : memref<?xi32>
// CHECK-NEXT:    [[J:%.*]] = arith.addi [[I]], [[X]] : i32
// CHECK-NEXT:    sm.start @f([[J]]) : (i32) -> !async.token

// -----

// By way of machines that only pass it on, in a cycle, at other positions, and what is read from the kernel already.

sm.machine @k(%n: i32, %m: i32) attributes {scope = "lane", kernel} {
  %t = sm.start @f(%m, %n) : (i32, i32) -> !async.token
  %u = sm.start @g(%n, %n) : (i32, i32) -> !async.token
  sm.return
}
sm.machine @f(%x: i32, %y: i32) attributes {scope = "lane"} {
  %m = task.kernel_argument {index = 1} : i32
  %t = sm.start @g(%y, %m) : (i32, i32) -> !async.token
  sm.return
}
sm.machine @g(%x: i32, %y: i32) attributes {scope = "lane"} {
  %t = sm.start @f(%y, %x) : (i32, i32) -> !async.token
  sm.return
}

// @g's second argument is parameter 0 or 1; so is then @f's first.

// CHECK-LABEL: sm.machine @k(
// CHECK-SAME:  [[N:%.*]]: i32, [[M:%.*]]: i32)
// CHECK-NEXT:    sm.start @f([[M]]) : (i32) -> !async.token
// CHECK-NEXT:    sm.start @g([[N]]) : (i32) -> !async.token
// CHECK-LABEL: sm.machine @f({{%.*}}: i32) attributes
// CHECK-NEXT:    [[M:%.*]] = task.kernel_argument {index = 1 : i64} : i32
// CHECK-NEXT:    sm.start @g([[M]]) : (i32) -> !async.token
// CHECK-LABEL: sm.machine @g(
// CHECK-SAME:  [[Y:%.*]]: i32) attributes
// CHECK-NEXT:    sm.start @f([[Y]]) : (i32) -> !async.token

// -----

// An argument that two starts give different parameters, and one that gets something else, stay.

sm.machine @k(%n: i32, %m: i32) attributes {scope = "lane", kernel} {
  %c = arith.constant 1 : i32
  %t = sm.start @f(%n, %n) : (i32, i32) -> !async.token
  %u = sm.start @f(%m, %c) : (i32, i32) -> !async.token
  sm.return
}
sm.machine @f(%x: i32, %y: i32) attributes {scope = "lane"} {
  sm.return
}

// CHECK-LABEL: sm.machine @k(
// CHECK-SAME:  [[N:%.*]]: i32, [[M:%.*]]: i32)
// CHECK-NEXT:    [[C:%.*]] = arith.constant 1 : i32
// CHECK-NEXT:    sm.start @f([[N]], [[N]]) : (i32, i32) -> !async.token
// CHECK-NEXT:    sm.start @f([[M]], [[C]]) : (i32, i32) -> !async.token
// CHECK:       sm.machine @f({{%.*}}: i32, {{%.*}}: i32) attributes

// -----

// The kernel that the program starts as a task keeps its signature. Its own argument is a parameter only if that start passes it on.

sm.machine @k(%n: i32, %m: i32) attributes {scope = "lane", kernel} {
  %c = arith.constant 1 : i32
  %t = sm.start @k(%c, %m) : (i32, i32) -> !async.token
  %u = sm.start @f(%n, %m) : (i32, i32) -> !async.token
  sm.return
}
sm.machine @f(%x: i32, %y: i32) attributes {scope = "lane"} {
  %s = arith.addi %x, %y : i32
  sm.return
}

// CHECK-LABEL: sm.machine @k(
// CHECK-SAME:  [[N:%.*]]: i32, [[M:%.*]]: i32)
// CHECK-NEXT:    [[C:%.*]] = arith.constant 1 : i32
// CHECK-NEXT:    sm.start @k([[C]], [[M]]) : (i32, i32) -> !async.token
// CHECK-NEXT:    sm.start @f([[N]]) : (i32) -> !async.token
// CHECK-LABEL: sm.machine @f(
// CHECK-SAME:  [[X:%.*]]: i32) attributes
// CHECK-NEXT:    [[Y:%.*]] = task.kernel_argument {index = 1 : i64} : i32
// CHECK-NEXT:    arith.addi [[X]], [[Y]] : i32

// -----

// A machine that nobody starts, and a module without a kernel, stay as they are.

sm.machine @f(%x: i32) attributes {scope = "lane"} {
  %t = sm.start @f(%x) : (i32) -> !async.token
  sm.return
}

// CHECK:       sm.machine @f([[X:%.*]]: i32) attributes
// CHECK-NEXT:    sm.start @f([[X]]) : (i32) -> !async.token
