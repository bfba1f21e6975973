// What scf-to-cf rejects.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p scf-to-cf

func.func @reduction(%n: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{'scf.parallel' with reductions is not supported in a task}}
  %r = scf.parallel (%i) = (%c0) to (%n) step (%c1) init (%x) -> f32 {
    scf.reduce(%x : f32) {
    ^bb0(%a: f32, %b: f32):
      %s = arith.addf %a, %b : f32
      scf.reduce.return %s : f32
    }
  }
  return %r : f32
}

// -----

func.func @execute(%c: i1) {
  %t = async.execute {
    // expected-error @below {{'scf.if' in an 'async.execute': run outline-execute first}}
    scf.if %c {
    }
    async.yield
  }
  return
}
