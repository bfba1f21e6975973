// A kernel and its helper for both targets: parameters, thread ids, calls, the tables.
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cuda arch=sm_90}' | filecheck %s --check-prefix=CUDA
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cpu}' | filecheck %s --check-prefix=CPU

"rt.site"() <{number = 1 : i64, what = "await", file = "f.mlir", line = 7 : i64, column = 10 : i64, text = ""}> : () -> ()

rt.kernel @k(%flag: i1, %a: memref<?x4xf32>, %result: !rt.ptr, %control: !rt.ptr, %instances: index)
    attributes {executor = "inline", why = "nothing suspends", scope = "lane", results = [i32]} {
  %t = rt.thread_id : index
  %inside = arith.cmpi ult, %t, %instances : index
  cf.cond_br %inside, ^run, ^end
^run:
  %c1 = arith.constant 1 : index
  %x = memref.load %a[%t, %c1] : memref<?x4xf32>
  %y = func.call @half(%x) : (f32) -> f32
  memref.store %y, %a[%t, %c1] : memref<?x4xf32>
  rt.pause 200 : i64
  cf.br ^end
^end:
  rt.return
}

func.func private @half(%x: f32) -> f32 attributes {rt.always_inline} {
  %h = arith.constant 5.000000e-01 : f32
  %r = arith.mulf %x, %h fastmath<contract> : f32
  return %r : f32
}

// On the GPU the launch passes every argument as a parameter of its own, a truth as a byte; the table is visible from outside.
// CUDA:      "llvm.mlir.global"() <{sym_name = "asyncir_tables"{{.*}}addr_space = 1 : i32, constant
// CUDA:      llvm.func @k([[FLAG:%.*]]: i8, [[A:%.*]]: !llvm.ptr, [[N:%.*]]: i64, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, [[INSTANCES:%.*]]: i64) attributes {nvvm.kernel} {
// CUDA:        llvm.icmp "ne" [[FLAG]], %{{.*}} : i8
// CUDA:        nvvm.read.ptx.sreg.ctaid.x
// CUDA:        [[T:%.*]] = llvm.add
// CUDA-NEXT:   [[IN:%.*]] = llvm.icmp "ult" [[T]], [[INSTANCES]] : i64
// CUDA-NEXT:   llvm.cond_br [[IN]], ^[[BODY:.*]], ^[[END:.*]]
// CUDA:        [[ROW:%.*]] = llvm.mul [[T]],
// CUDA:        [[PLACE:%.*]] = llvm.add [[ROW]],
// CUDA:        [[P:%.*]] = llvm.getelementptr %{{.*}}{{\[}}[[PLACE]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CUDA-NEXT:   [[X:%.*]] = "llvm.load"([[P]])
// CUDA-NEXT:   [[Y:%.*]] = llvm.call @half([[X]]) : (f32) -> f32
// CUDA:        nvvm.nanosleep
// CUDA:        llvm.return
// CUDA:      llvm.func internal @half({{.*}}) -> f32 attributes {always_inline}
// CUDA:        llvm.fmul {{.*}} {fastmathFlags = #llvm.fastmath<contract>} : f32

// On the CPU a worker passes slots; it runs the body for each thread id and looks at the stop word now and then.
// CPU:       llvm.func @asyncir_pause(i64)
// CPU:       llvm.func internal @k.body(%{{.*}}: i1, %{{.*}}: !llvm.struct<{{.*}}>, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, [[INSTANCES:%.*]]: i64, [[T:%.*]]: i64, %{{.*}}: i64) {
// CPU-NEXT:    llvm.icmp "ult" [[T]], [[INSTANCES]] : i64
// CPU:         llvm.call @asyncir_pause(
// CPU:       llvm.func @k([[SLOTS:%.*]]: !llvm.ptr, [[FIRST:%.*]]: i64, [[LAST:%.*]]: i64, [[WORKER:%.*]]: i64) {
// CPU-NEXT:    "llvm.load"([[SLOTS]]){{.*}} -> i8
// CPU-NEXT:    [[SECOND:%.*]] = llvm.getelementptr [[SLOTS]][8]
// CPU-NEXT:    "llvm.load"([[SECOND]]){{.*}} -> !llvm.ptr
// CPU:         llvm.br ^[[LOOP:.*]]([[FIRST]] : i64)
// CPU:         ^[[LOOP]]([[THREAD:%.*]]: i64):
// CPU-NEXT:    llvm.icmp "slt" [[THREAD]], [[LAST]] : i64
// CPU:         "llvm.load"(%{{.*}}) <{alignment = 4 : i64, ordering = 4 : i64}> : (!llvm.ptr) -> i32
// CPU:         llvm.call @k.body({{.*}}, [[THREAD]], [[WORKER]])
