// The command that most users know: results, statistics and JSON.

// RUN: asyncir run %s --target reference --args 3 4 | filecheck %s --check-prefix=PLAIN
// RUN: asyncir run %s --target cpu --args 3 4 --json | filecheck %s --check-prefix=JSON
// RUN: asyncir run %s --target cpu --args 3 4 --executor dynamic --no-elide --stats | filecheck %s --check-prefix=STATS
// RUN: asyncir-opt %s -p select-entry | asyncir run - --target cpu --args 3 4 | filecheck %s --check-prefix=PLAIN

// PLAIN:      25
// PLAIN-NOT:  {{.}}
// JSON:       {"entry": "main", "target": "cpu", "results": [25], "stats": {
// STATS:      25
// STATS-NEXT: tasks: 3
// STATS:      suspensions: {{[0-9]+}}

async.func @square(%x: i32) -> !async.value<i32> {
  %0 = arith.muli %x, %x : i32
  return %0 : i32
}

func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %0 = async.call @square(%a) : (i32) -> !async.value<i32>
  %1 = async.call @square(%b) : (i32) -> !async.value<i32>
  %2 = async.await %0 : !async.value<i32>
  %3 = async.await %1 : !async.value<i32>
  %4 = arith.addi %2, %3 : i32
  return %4 : i32
}
