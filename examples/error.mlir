// Errors. A task that fails makes its value an error. `task.try_await` looks at it: it yields the value (zero, if there is none),
// the kind of the error (0: none, 1: the task failed) and the code that the task gave. `async.await` passes it on: it fails the
// task that awaits, and from the kernel the error goes to the host, with the place where it came from.
//
//     asyncir run examples/error.mlir --args 8 20       both numbers are even
//     4 0 0 10
//     asyncir run examples/error.mlir --args 7 20       the first is odd, and try_await sees it
//     0 1 7 10
//     asyncir run examples/error.mlir --args 7 21       so is the second, and nobody looks: exit status 3
//     examples/error.mlir:18:5: error: task failed with code 21: an odd number has no half

async.func @half(%x: i32) -> !async.value<i32> {
  %two = arith.constant 2 : i32
  %zero = arith.constant 0 : i32
  %rest = arith.remsi %x, %two : i32
  %odd = arith.cmpi ne, %rest, %zero : i32
  scf.if %odd {
    task.fail %x, "an odd number has no half" : i32
  }
  %0 = arith.divsi %x, %two : i32
  return %0 : i32
}

func.func @error(%a: i32, %b: i32) -> (i32, i32, i32, i32) attributes {task.kernel} {
  %h0 = async.call @half(%a) : (i32) -> !async.value<i32>
  %value, %kind, %code = task.try_await %h0 : !async.value<i32>
  %h1 = async.call @half(%b) : (i32) -> !async.value<i32>
  %half = async.await %h1 : !async.value<i32>
  return %value, %kind, %code, %half : i32, i32, i32, i32
}
