// An argument that is another one in each lane, and the word for all lanes.

sm.machine @main(%m: memref<64xf32>) attributes {scope = "warp", kernel} {
  %lane = gpu.lane_id
  %d = memref.load %m[%lane] : memref<64xf32>
  %t = sm.start @f(%d, %m) : (f32, memref<64xf32>) -> !async.token
  sm.return
}
sm.machine @f(%d: f32, %m: memref<64xf32>) attributes {scope = "warp"} {
  %lane = gpu.lane_id
  sm.suspend yield() 1 : () -> () [^next]
^next:
  memref.store %d, %m[%lane] : memref<64xf32>
  sm.return
}

// -----

sm.machine @main(%m: memref<64xf32>) attributes {
    scope = "warp", kernel, frame = #sm.frame<task 40 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>]} {
  %lane = gpu.lane_id
  %d = memref.load %m[%lane] : memref<64xf32>
  %t = sm.start @f(%d, %m) : (f32, memref<64xf32>) -> !async.token
  sm.return
}
sm.machine @f(%d: f32, %m: memref<64xf32>) attributes {
    scope = "warp", frame = #sm.frame<task 48 rows 1 policy "hand">, arg_slots = [#sm.slot<rows 0>, #sm.slot<task 0>]} {
  sm.suspend yield() 1 : () -> () [^ready, ^park]
^park:
  sm.park yield() 1 : () -> () [^resume]
^resume:
  %d1 = sm.reload at <rows 0> : f32
  %m1 = sm.reload at <task 0> : memref<64xf32>
  cf.br ^next(%d1, %m1 : f32, memref<64xf32>)
^ready:
  cf.br ^next(%d, %m : f32, memref<64xf32>)
^next(%d2: f32, %m2: memref<64xf32>):
  %lane = gpu.lane_id
  memref.store %d2, %m2[%lane] : memref<64xf32>
  sm.return
}

// -----
// argument_in_one_word_for_all: @f, state 1: slot <task 40> must hold %d for 'memref.store', but slot <task 40>, which all lanes share
// - scope = "warp", frame = #sm.frame<task 48 rows 1 policy "hand">, arg_slots = [#sm.slot<rows 0>, #sm.slot<task 0>]} {
// + scope = "warp", frame = #sm.frame<task 48 rows 1 policy "hand">, arg_slots = [#sm.slot<task 40>, #sm.slot<task 0>]} {
// - %d1 = sm.reload at <rows 0> : f32
// + %d1 = sm.reload at <task 40> : f32
