// What no frame can hold.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p 'layout-frames{remat="off"}'

sm.machine @stack() attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %a = memref.alloca() : memref<4xf32>
  // expected-note @below {{%b is defined here}}
  %b = memref.cast %a : memref<4xf32> to memref<?xf32>
  // expected-error @below {{%b, an array that memref.alloca made, is live across the suspension in @stack}}
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %x = memref.load %b[%c0] : memref<?xf32>
  sm.return
}

// -----

sm.machine @passes() attributes {scope = "lane"} {
  // expected-note @below {{%a is defined here}}
  %a = memref.alloca() : memref<4xf32>
  // expected-error @below {{%a, an array that memref.alloca made, is passed to a task}}
  %t = sm.start @takes(%a) : (memref<4xf32>) -> !async.token
  sm.return
}
sm.machine @takes(%a: memref<4xf32>) attributes {scope = "lane"} {
  sm.return
}

// -----

sm.machine @unranked(%m: memref<4xf32>) attributes {scope = "lane"} {
  // expected-note @below {{%u is defined here}}
  %u = memref.cast %m : memref<4xf32> to memref<*xf32>
  // expected-error @below {{%u of type memref<*xf32>, which no frame can hold, is live across the suspension in @unranked}}
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %m2 = memref.cast %u : memref<*xf32> to memref<4xf32>
  sm.return
}

// -----

// Shared memory is a block's: the task may go on in another.

// expected-note @below {{%m is defined here}}
sm.machine @shared(%m: memref<4xf32, 3>) attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  // expected-error @below {{%m, an array of type memref<4xf32, 3 : i64> in memory that only some threads see, is live across the suspension in @shared}}
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %x = memref.load %m[%c0] : memref<4xf32, 3>
  sm.return
}

// -----

// expected-error @below {{@argument takes %u of type memref<*xf32>, which no frame can hold}}
sm.machine @argument(%u: memref<*xf32>) attributes {scope = "lane"} {
  sm.return
}

// -----

// expected-error @below {{@results returns 136 bytes: a task returns at most 128}}
sm.machine @results(%m: memref<?x?x?x?xf32>, %v: memref<f32>, %x: f32, %y: i64)
    -> (memref<?x?x?x?xf32>, memref<f32>, f32, i64, i64) attributes {scope = "lane"} {
  sm.return %m, %v, %x, %y, %y : memref<?x?x?x?xf32>, memref<f32>, f32, i64, i64
}

// -----

// The kernel's stack array may be used before and between.

sm.machine @fine(%x: f32) attributes {scope = "lane", kernel} {
  %c0 = arith.constant 0 : index
  %a = memref.alloca() : memref<4xf32>
  memref.store %x, %a[%c0] : memref<4xf32>
  sm.suspend yield() 1 : () -> () [^next]
^next:
  sm.return
}

// -----

// expected-note @below {{%a takes 600000000 bytes of them}}
sm.machine @grows(%h: !async.value<i32>, %a: vector<150000000xf32>) -> i32 attributes {scope = "lane"} {
  %b = arith.addf %a, %a : vector<150000000xf32>
  // expected-error @below {{what @grows keeps across this suspension needs a frame of 1200000000 bytes: a frame has at most 1073741824}}
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %c = arith.addf %a, %b : vector<150000000xf32>
  sm.return %v : i32
}

// -----

// expected-note @below {{%a takes 2147483648 bytes of them}}
// expected-error @below {{the arguments of @large need a frame of 2147483648 bytes: a frame has at most 1073741824}}
sm.machine @large(%a: vector<536870912xf32>) attributes {scope = "lane"} {
  sm.return
}
