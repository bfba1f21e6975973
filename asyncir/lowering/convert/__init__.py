"""rt to llvm and nvvm, op by op: one file for each part of the source dialects. `asyncir.lowering.rt_to_llvm` is the way in."""
