// Lane operations: shuffles of 32 bits on a GPU, and one lane on the CPU.
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cuda arch=sm_90}' | filecheck %s --check-prefix=SM90
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cuda arch=sm_75}' | filecheck %s --check-prefix=SM75
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cpu}' | filecheck %s --check-prefix=CPU

// A known offset goes straight into the instruction; 64 bits take two.
// SM90-LABEL: llvm.func internal @known
// SM90-COUNT-2: "nvvm.shfl.sync"({{.*}}kind = #nvvm<shfl_kind bfly>, return_value_and_is_valid
// SM90-NOT:   nvvm.shfl.sync
// CPU:        llvm.func internal @known([[V:%[0-9]+]]: i64
// CPU-NOT:    nvvm
// CPU:        llvm.return [[V]] : i64
func.func private @known(%v: i64, %width: i32) -> i64 {
  %c1 = arith.constant 1 : i32
  %r, %valid = gpu.shuffle xor %v, %c1, %width : i64
  return %r : i64
}

// An offset that may point out of the warp becomes a lane number, and this lane's own value stands in.
// SM90:       llvm.func internal @unknown([[V:%[0-9]+]]: f32, [[OFFSET:%[0-9]+]]: i32
// SM90:       [[LANE:%.*]] = nvvm.read.ptx.sreg.laneid
// SM90-NEXT:  [[SOURCE:%.*]] = llvm.sub [[LANE]], [[OFFSET]] : i32
// SM90:       "nvvm.shfl.sync"({{.*}}[[SOURCE]]{{.*}}kind = #nvvm<shfl_kind idx>
// SM90:       [[VALID:%.*]] = llvm.icmp "ult" [[SOURCE]]
// SM90:       llvm.select [[VALID]], %{{.*}}, [[V]]
func.func private @unknown(%v: f32, %offset: i32, %width: i32) -> f32 {
  %r, %valid = gpu.shuffle up %v, %offset, %width : f32
  return %r : f32
}

// One instruction for an integer sum where the architecture has it, else five exchanges.
// SM90-LABEL: llvm.func internal @sum
// SM90:       "nvvm.redux.sync"
// SM90-NOT:   nvvm.shfl.sync
// SM75-LABEL: llvm.func internal @sum
// SM75-COUNT-5: "nvvm.shfl.sync"
// CPU:        llvm.func internal @sum([[V:%[0-9]+]]: i32)
// CPU-NEXT:   llvm.return [[V]] : i32
func.func private @sum(%v: i32) -> i32 {
  %r = gpu.subgroup_reduce add %v : (i32) -> i32
  return %r : i32
}

// SM90-LABEL: llvm.func internal @vote
// SM90:       "nvvm.vote.sync"({{.*}}kind = #nvvm<vote_sync_kind ballot>
// CPU:        llvm.func internal @vote([[P:%.*]]: i1)
// CPU-NEXT:   llvm.zext [[P]] : i1 to i32
func.func private @vote(%p: i1) -> i32 {
  %m = rt.ballot %p : i32
  return %m : i32
}
