// What the llvm and nvvm operations' own rules refuse.

// RUN: asyncir-opt %s --split-input-file --verify-diagnostics

llvm.func @f(%p: !llvm.ptr) {
  // expected-error@+1 {{an atomic access needs an alignment}}
  %0 = "llvm.load"(%p) <{ordering = 4 : i64}> : (!llvm.ptr) -> i32
  llvm.return
}

// -----

llvm.func @f(%p: !llvm.ptr) {
  // expected-error@+1 {{unsupported ordering 'release'}}
  %0 = "llvm.load"(%p) <{alignment = 4 : i64, ordering = 5 : i64}> : (!llvm.ptr) -> i32
  llvm.return
}

// -----

llvm.func @f(%p: !llvm.ptr, %v: i32) {
  // expected-error@+1 {{expected no syncscope on an access that is not atomic, got 'device'}}
  "llvm.store"(%v, %p) <{ordering = 0 : i64, syncscope = "device"}> : (i32, !llvm.ptr) -> ()
  llvm.return
}

// -----

llvm.func @f(%p: !llvm.ptr, %v: i32) {
  // expected-error@+1 {{the failure ordering cannot release}}
  %0 = "llvm.cmpxchg"(%p, %v, %v) <{failure_ordering = 6 : i64, success_ordering = 6 : i64}> : (!llvm.ptr, i32, i32) -> !llvm.struct<(i32, i1)>
  llvm.return
}

// -----

llvm.func @f() {
  // expected-error@+1 {{expected acquire, release, acq_rel or seq_cst}}
  "llvm.fence"() <{ordering = 2 : i64}> : () -> ()
  llvm.return
}

// -----

llvm.func @f(%p: !llvm.ptr, %v: i32) {
  // expected-error@+1 {{expected at least monotonic ordering}}
  %0 = "llvm.atomicrmw"(%p, %v) <{bin_op = 1 : i64, ordering = 0 : i64}> : (!llvm.ptr, i32) -> i32
  llvm.return
}

// -----

// expected-error@+1 {{a kernel returns nothing}}
llvm.func @f(%v: i32) -> i32 attributes {nvvm.kernel} {
  llvm.return %v : i32
}

// -----

llvm.func @f(%m: i32, %c: i1) {
  // expected-error@+1 {{expected a result of type i32, got i1}}
  %0 = "nvvm.vote.sync"(%m, %c) <{kind = #nvvm<vote_sync_kind ballot>}> : (i32, i1) -> i1
  llvm.return
}
