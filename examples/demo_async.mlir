// Six small tasks, and the six ways in which they are put together: a task alone, a task that takes another's result, one that
// starts a task in a branch only, one after the other, two at once, and a value that is ready from the start.
//
// Every call is awaited where nobody can tell it from straight code, so by default the kernel compiles to straight code, without
// queue, frame or loop. `--executor dynamic --no-elide` keeps the tasks.
//
//     asyncir run examples/demo_async.mlir --args 5 true
//     10 30 10 20 70 110

async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  return %0 : i32
}

async.func @add_then_double(%x: i32, %y: i32) -> !async.value<i32> {
  %sum = arith.addi %x, %y : i32
  %0 = async.call @double(%sum) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  return %1 : i32
}

// Starts a task only if it is asked to.
async.func @conditional(%x: i32, %flag: i1) -> !async.value<i32> {
  %0 = scf.if %flag -> (i32) {
    %1 = async.call @double(%x) : (i32) -> !async.value<i32>
    %2 = async.await %1 : !async.value<i32>
    scf.yield %2 : i32
  } else {
    scf.yield %x : i32
  }
  return %0 : i32
}

async.func @multi_step(%x: i32) -> !async.value<i32> {
  %0 = async.call @double(%x) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  %2 = async.call @double(%1) : (i32) -> !async.value<i32>
  %3 = async.await %2 : !async.value<i32>
  return %3 : i32
}

func.func @demo(%val: i32, %flag: i1) -> (i32, i32, i32, i32, i32, i32) attributes {task.kernel} {
  %h0 = async.call @double(%val) : (i32) -> !async.value<i32>
  %doubled = async.await %h0 : !async.value<i32>

  %h1 = async.call @add_then_double(%val, %doubled) : (i32, i32) -> !async.value<i32>
  %chained = async.await %h1 : !async.value<i32>

  %h2 = async.call @conditional(%val, %flag) : (i32, i1) -> !async.value<i32>
  %conditional = async.await %h2 : !async.value<i32>

  %h3 = async.call @multi_step(%val) : (i32) -> !async.value<i32>
  %steps = async.await %h3 : !async.value<i32>

  // A task without a name: it starts two others before it awaits either. Integers wrap.
  %t4, %h4 = async.execute -> !async.value<i32> {
    %left = async.call @double(%val) : (i32) -> !async.value<i32>
    %right = async.call @double(%chained) : (i32) -> !async.value<i32>
    %l = async.await %left : !async.value<i32>
    %r = async.await %right : !async.value<i32>
    %sum = arith.addi %l, %r : i32
    async.yield %sum : i32
  }
  %block = async.await %h4 : !async.value<i32>

  // A value that nobody has to compute, handed to a task that unwraps it.
  %ready = task.ready %val : !async.value<i32>
  %t5, %h5 = async.execute (%ready as %v: !async.value<i32>) -> !async.value<i32> {
    %two = arith.constant 2 : i32
    %hundred = arith.constant 100 : i32
    %product = arith.muli %v, %two : i32
    %sum = arith.addi %product, %hundred : i32
    async.yield %sum : i32
  }
  %combined = async.await %h5 : !async.value<i32>

  return %doubled, %chained, %conditional, %steps, %block, %combined : i32, i32, i32, i32, i32, i32
}
