"""Programs that MLIR's own passes wrote: parallel loops made asynchronous by mlir-opt run here, and do what they say."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

import asyncir

OPT = "mlir-opt-22"
pytestmark = pytest.mark.skipif(shutil.which(OPT) is None, reason=f"{OPT} is not on PATH")

ADD_TWICE = """
#map = affine_map<(d0, d1) -> (d0, d1)>
memref.global "private" constant @two : memref<2xf32> = dense<[0x40000000, 0.0]> {alignment = 64 : i64}
func.func @add_twice(%a: memref<?x?xf32>, %v: f32) attributes {llvm.emit_c_interface, task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %a, %c0 : memref<?x?xf32>
  %m = memref.dim %a, %c1 : memref<?x?xf32>
  %twos = memref.get_global @two : memref<2xf32>
  %two = memref.load %twos[%c0] {alignment = 4 : i64} : memref<2xf32>
  %b = memref.alloc(%n, %m) {alignment = 64 : i64} : memref<?x?xf32>
  linalg.fill ins(%v : f32) outs(%b : memref<?x?xf32>)
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<?x?xf32>) outs(%a : memref<?x?xf32>) {
  ^bb0(%x: f32, %y: f32):
    %t = arith.mulf %x, %two fastmath<contract> : f32
    %z = arith.addf %t, %y : f32
    linalg.yield %z : f32
  }
  memref.dealloc %b : memref<?x?xf32>
  return
}
"""

PIPELINES = {
    "sequential": ["--convert-linalg-to-loops", "--canonicalize"],
    "async": ["--convert-linalg-to-parallel-loops", "--async-parallel-for"],
    "async, one dispatcher": ["--convert-linalg-to-parallel-loops", "--async-parallel-for=async-dispatch=false"],
    "async, in cf": ["--convert-linalg-to-parallel-loops", "--async-parallel-for", "--convert-scf-to-cf", "--canonicalize", "--cse"],
    "while": ["--convert-linalg-to-loops", "--scf-for-to-while", "--arith-expand"],
    "generic": ["--convert-linalg-to-parallel-loops", "--async-parallel-for", "--mlir-print-op-generic", "--mlir-print-debuginfo"],
}


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("target", ["reference", "cpu"])
def test_runs_what_mlir_made(pipeline: str, target: str) -> None:
    made = subprocess.run([OPT, *PIPELINES[pipeline], "-"], input=ADD_TWICE, capture_output=True, text=True, check=True, timeout=60).stdout
    array = np.arange(35, dtype=np.float32).reshape(5, 7)
    asyncir.compile(made).run("add_twice", array, 1.5, target=target, deadline=60.0)
    assert (array == np.arange(35, dtype=np.float32).reshape(5, 7) + 3).all()
