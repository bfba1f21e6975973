// Unbalanced tree search: how many nodes has a tree of which nobody knows the shape before? Each node is a task; it finds out how many
// children it has and starts a task for each. The benchmark of Olivier, Huan, Liu, Prins, Dinan, Sadayappan and Tseng ("UTS: An
// Unbalanced Tree Search Benchmark", 2006), with its generator: a node is 20 bytes, and child i of a node is the SHA-1 of the node's
// bytes and i. The node's last word, as a number u in [0, 1), decides how many children it has:
//
// - geometric (`@geometric`): floor(log(1 - u) / log(1 - p)), p = 1 / (1 + b), at most 100, above depth `depth`; below it none;
// - binomial (`@binomial`): `many` if u < q, else none; the root has `b`.
//
// Published trees: T1 `-t 1 -a 3 -d 10 -b 4 -r 19` is @geometric(19, 4.0, 10), 4,130,071 nodes; T1L `-t 1 -a 3 -d 13 -b 4 -r 29` is
// @geometric(29, 4.0, 13), 102,181,082 nodes; T3 `-t 0 -b 2000 -q 0.124875 -m 8 -r 42` is @binomial(42, 2000, 0.124875, 8), 4,112,897.
//
//     asyncir run examples/uts.mlir --entry geometric --args 19 4.0 3 zeros:i64:256
//     254
//     asyncir run examples/uts.mlir --entry binomial --args 7 20 0.1 8 zeros:i64:256
//     77

// SHA-1 (FIPS 180-4). A round makes one new word of the five before it, of which x1 is the newest, and of a word of the message. FIPS's
// c, d and e are x3, x4 and x5, rotated by 30.
func.func private @turn(%x1: i32, %f: i32, %x5: i32, %w: i32, %k: i32) -> i32 {
  %c5 = arith.constant 5 : i32
  %c27 = arith.constant 27 : i32
  %high = arith.shli %x1, %c5 : i32
  %low = arith.shrui %x1, %c27 : i32
  %rotated = arith.ori %high, %low : i32
  %e = func.call @rotate_30(%x5) : (i32) -> i32
  %s1 = arith.addi %rotated, %f : i32
  %s2 = arith.addi %e, %w : i32
  %s3 = arith.addi %s1, %k : i32
  %0 = arith.addi %s2, %s3 : i32
  return %0 : i32
}

func.func private @rotate_30(%x: i32) -> i32 {
  %c30 = arith.constant 30 : i32
  %c2 = arith.constant 2 : i32
  %high = arith.shli %x, %c30 : i32
  %low = arith.shrui %x, %c2 : i32
  %0 = arith.ori %high, %low : i32
  return %0 : i32
}

// Rounds 0-19: where a bit of b is 1 the bit of c, else that of d.
func.func private @choose(%x1: i32, %x2: i32, %x3: i32, %x4: i32, %x5: i32, %w: i32) -> i32 {
  %k = arith.constant 1518500249 : i32
  %c = func.call @rotate_30(%x3) : (i32) -> i32
  %d = func.call @rotate_30(%x4) : (i32) -> i32
  %differ = arith.xori %c, %d : i32
  %taken = arith.andi %x2, %differ : i32
  %f = arith.xori %taken, %d : i32
  %0 = func.call @turn(%x1, %f, %x5, %w, %k) : (i32, i32, i32, i32, i32) -> i32
  return %0 : i32
}

// Rounds 20-39, and with another constant 60-79.
func.func private @parity(%x1: i32, %x2: i32, %x3: i32, %x4: i32, %x5: i32, %w: i32) -> i32 {
  %k = arith.constant 1859775393 : i32
  %c = func.call @rotate_30(%x3) : (i32) -> i32
  %d = func.call @rotate_30(%x4) : (i32) -> i32
  %two = arith.xori %x2, %c : i32
  %f = arith.xori %two, %d : i32
  %0 = func.call @turn(%x1, %f, %x5, %w, %k) : (i32, i32, i32, i32, i32) -> i32
  return %0 : i32
}

// Rounds 40-59: the bit that at least two of three have.
func.func private @majority(%x1: i32, %x2: i32, %x3: i32, %x4: i32, %x5: i32, %w: i32) -> i32 {
  %k = arith.constant -1894007588 : i32
  %c = func.call @rotate_30(%x3) : (i32) -> i32
  %d = func.call @rotate_30(%x4) : (i32) -> i32
  %both = arith.andi %c, %d : i32
  %any = arith.ori %c, %d : i32
  %with_b = arith.andi %x2, %any : i32
  %f = arith.ori %both, %with_b : i32
  %0 = func.call @turn(%x1, %f, %x5, %w, %k) : (i32, i32, i32, i32, i32) -> i32
  return %0 : i32
}

// The last rounds' constant is that of rounds 20-39 and this difference, which goes into the message word.
func.func private @last(%x1: i32, %x2: i32, %x3: i32, %x4: i32, %x5: i32, %w: i32) -> i32 {
  %difference = arith.constant 1535694389 : i32
  %word = arith.addi %w, %difference : i32
  %0 = func.call @parity(%x1, %x2, %x3, %x4, %x5, %word) : (i32, i32, i32, i32, i32, i32) -> i32
  return %0 : i32
}

func.func private @choose_5(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32, %w0: i32, %w1: i32, %w2: i32, %w3: i32, %w4: i32)
    -> (i32, i32, i32, i32, i32) {
  %x0 = func.call @choose(%a, %b, %c, %d, %e, %w0) : (i32, i32, i32, i32, i32, i32) -> i32
  %x1 = func.call @choose(%x0, %a, %b, %c, %d, %w1) : (i32, i32, i32, i32, i32, i32) -> i32
  %x2 = func.call @choose(%x1, %x0, %a, %b, %c, %w2) : (i32, i32, i32, i32, i32, i32) -> i32
  %x3 = func.call @choose(%x2, %x1, %x0, %a, %b, %w3) : (i32, i32, i32, i32, i32, i32) -> i32
  %x4 = func.call @choose(%x3, %x2, %x1, %x0, %a, %w4) : (i32, i32, i32, i32, i32, i32) -> i32
  return %x4, %x3, %x2, %x1, %x0 : i32, i32, i32, i32, i32
}

func.func private @parity_5(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32, %w0: i32, %w1: i32, %w2: i32, %w3: i32, %w4: i32)
    -> (i32, i32, i32, i32, i32) {
  %x0 = func.call @parity(%a, %b, %c, %d, %e, %w0) : (i32, i32, i32, i32, i32, i32) -> i32
  %x1 = func.call @parity(%x0, %a, %b, %c, %d, %w1) : (i32, i32, i32, i32, i32, i32) -> i32
  %x2 = func.call @parity(%x1, %x0, %a, %b, %c, %w2) : (i32, i32, i32, i32, i32, i32) -> i32
  %x3 = func.call @parity(%x2, %x1, %x0, %a, %b, %w3) : (i32, i32, i32, i32, i32, i32) -> i32
  %x4 = func.call @parity(%x3, %x2, %x1, %x0, %a, %w4) : (i32, i32, i32, i32, i32, i32) -> i32
  return %x4, %x3, %x2, %x1, %x0 : i32, i32, i32, i32, i32
}

func.func private @majority_5(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32, %w0: i32, %w1: i32, %w2: i32, %w3: i32, %w4: i32)
    -> (i32, i32, i32, i32, i32) {
  %x0 = func.call @majority(%a, %b, %c, %d, %e, %w0) : (i32, i32, i32, i32, i32, i32) -> i32
  %x1 = func.call @majority(%x0, %a, %b, %c, %d, %w1) : (i32, i32, i32, i32, i32, i32) -> i32
  %x2 = func.call @majority(%x1, %x0, %a, %b, %c, %w2) : (i32, i32, i32, i32, i32, i32) -> i32
  %x3 = func.call @majority(%x2, %x1, %x0, %a, %b, %w3) : (i32, i32, i32, i32, i32, i32) -> i32
  %x4 = func.call @majority(%x3, %x2, %x1, %x0, %a, %w4) : (i32, i32, i32, i32, i32, i32) -> i32
  return %x4, %x3, %x2, %x1, %x0 : i32, i32, i32, i32, i32
}

func.func private @last_5(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32, %w0: i32, %w1: i32, %w2: i32, %w3: i32, %w4: i32)
    -> (i32, i32, i32, i32, i32) {
  %x0 = func.call @last(%a, %b, %c, %d, %e, %w0) : (i32, i32, i32, i32, i32, i32) -> i32
  %x1 = func.call @last(%x0, %a, %b, %c, %d, %w1) : (i32, i32, i32, i32, i32, i32) -> i32
  %x2 = func.call @last(%x1, %x0, %a, %b, %c, %w2) : (i32, i32, i32, i32, i32, i32) -> i32
  %x3 = func.call @last(%x2, %x1, %x0, %a, %b, %w3) : (i32, i32, i32, i32, i32, i32) -> i32
  %x4 = func.call @last(%x3, %x2, %x1, %x0, %a, %w4) : (i32, i32, i32, i32, i32, i32) -> i32
  return %x4, %x3, %x2, %x1, %x0 : i32, i32, i32, i32, i32
}

// A further word of the message.
func.func private @mix(%w0: i32, %w2: i32, %w8: i32, %w13: i32) -> i32 {
  %c1 = arith.constant 1 : i32
  %c31 = arith.constant 31 : i32
  %a = arith.xori %w0, %w2 : i32
  %b = arith.xori %w8, %w13 : i32
  %x = arith.xori %a, %b : i32
  %high = arith.shli %x, %c1 : i32
  %low = arith.shrui %x, %c31 : i32
  %0 = arith.ori %high, %low : i32
  return %0 : i32
}

func.func private @mix_8(%w0: i32, %w1: i32, %w2: i32, %w3: i32, %w4: i32, %w5: i32, %w6: i32, %w7: i32,
    %w8: i32, %w9: i32, %w10: i32, %w11: i32, %w12: i32, %w13: i32, %w14: i32, %w15: i32)
    -> (i32, i32, i32, i32, i32, i32, i32, i32) {
  %w16 = func.call @mix(%w0, %w2, %w8, %w13) : (i32, i32, i32, i32) -> i32
  %w17 = func.call @mix(%w1, %w3, %w9, %w14) : (i32, i32, i32, i32) -> i32
  %w18 = func.call @mix(%w2, %w4, %w10, %w15) : (i32, i32, i32, i32) -> i32
  %w19 = func.call @mix(%w3, %w5, %w11, %w16) : (i32, i32, i32, i32) -> i32
  %w20 = func.call @mix(%w4, %w6, %w12, %w17) : (i32, i32, i32, i32) -> i32
  %w21 = func.call @mix(%w5, %w7, %w13, %w18) : (i32, i32, i32, i32) -> i32
  %w22 = func.call @mix(%w6, %w8, %w14, %w19) : (i32, i32, i32, i32) -> i32
  %w23 = func.call @mix(%w7, %w9, %w15, %w20) : (i32, i32, i32, i32) -> i32
  return %w16, %w17, %w18, %w19, %w20, %w21, %w22, %w23 : i32, i32, i32, i32, i32, i32, i32, i32
}

// SHA-1 of a message of one block: the words w0 ... w6, zeros, and its length in bits.
func.func private @sha1(%w0: i32, %w1: i32, %w2: i32, %w3: i32, %w4: i32, %w5: i32, %w6: i32, %w15: i32) -> (i32, i32, i32, i32, i32) {
  %zero = arith.constant 0 : i32
  %h0 = arith.constant 1732584193 : i32
  %h1 = arith.constant -271733879 : i32
  %h2 = arith.constant -1732584194 : i32
  %h3 = arith.constant 271733878 : i32
  %h4 = arith.constant -1009589776 : i32
  // The last three, rotated back.
  %x3 = arith.constant 1659597818 : i32
  %x4 = arith.constant 1086935512 : i32
  %x5 = arith.constant 256608195 : i32
  %m0:8 = func.call @mix_8(%w0, %w1, %w2, %w3, %w4, %w5, %w6, %zero, %zero, %zero, %zero, %zero, %zero, %zero, %zero, %w15)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m1:8 = func.call @mix_8(%zero, %zero, %zero, %zero, %zero, %zero, %zero, %w15, %m0#0, %m0#1, %m0#2, %m0#3, %m0#4, %m0#5, %m0#6, %m0#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m2:8 = func.call @mix_8(%m0#0, %m0#1, %m0#2, %m0#3, %m0#4, %m0#5, %m0#6, %m0#7, %m1#0, %m1#1, %m1#2, %m1#3, %m1#4, %m1#5, %m1#6, %m1#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m3:8 = func.call @mix_8(%m1#0, %m1#1, %m1#2, %m1#3, %m1#4, %m1#5, %m1#6, %m1#7, %m2#0, %m2#1, %m2#2, %m2#3, %m2#4, %m2#5, %m2#6, %m2#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m4:8 = func.call @mix_8(%m2#0, %m2#1, %m2#2, %m2#3, %m2#4, %m2#5, %m2#6, %m2#7, %m3#0, %m3#1, %m3#2, %m3#3, %m3#4, %m3#5, %m3#6, %m3#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m5:8 = func.call @mix_8(%m3#0, %m3#1, %m3#2, %m3#3, %m3#4, %m3#5, %m3#6, %m3#7, %m4#0, %m4#1, %m4#2, %m4#3, %m4#4, %m4#5, %m4#6, %m4#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m6:8 = func.call @mix_8(%m4#0, %m4#1, %m4#2, %m4#3, %m4#4, %m4#5, %m4#6, %m4#7, %m5#0, %m5#1, %m5#2, %m5#3, %m5#4, %m5#5, %m5#6, %m5#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %m7:8 = func.call @mix_8(%m5#0, %m5#1, %m5#2, %m5#3, %m5#4, %m5#5, %m5#6, %m5#7, %m6#0, %m6#1, %m6#2, %m6#3, %m6#4, %m6#5, %m6#6, %m6#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32, i32, i32, i32)
  %r0:5 = func.call @choose_5(%h0, %h1, %x3, %x4, %x5, %w0, %w1, %w2, %w3, %w4)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r1:5 = func.call @choose_5(%r0#0, %r0#1, %r0#2, %r0#3, %r0#4, %w5, %w6, %zero, %zero, %zero)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r2:5 = func.call @choose_5(%r1#0, %r1#1, %r1#2, %r1#3, %r1#4, %zero, %zero, %zero, %zero, %zero)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r3:5 = func.call @choose_5(%r2#0, %r2#1, %r2#2, %r2#3, %r2#4, %w15, %m0#0, %m0#1, %m0#2, %m0#3)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r4:5 = func.call @parity_5(%r3#0, %r3#1, %r3#2, %r3#3, %r3#4, %m0#4, %m0#5, %m0#6, %m0#7, %m1#0)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r5:5 = func.call @parity_5(%r4#0, %r4#1, %r4#2, %r4#3, %r4#4, %m1#1, %m1#2, %m1#3, %m1#4, %m1#5)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r6:5 = func.call @parity_5(%r5#0, %r5#1, %r5#2, %r5#3, %r5#4, %m1#6, %m1#7, %m2#0, %m2#1, %m2#2)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r7:5 = func.call @parity_5(%r6#0, %r6#1, %r6#2, %r6#3, %r6#4, %m2#3, %m2#4, %m2#5, %m2#6, %m2#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r8:5 = func.call @majority_5(%r7#0, %r7#1, %r7#2, %r7#3, %r7#4, %m3#0, %m3#1, %m3#2, %m3#3, %m3#4)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r9:5 = func.call @majority_5(%r8#0, %r8#1, %r8#2, %r8#3, %r8#4, %m3#5, %m3#6, %m3#7, %m4#0, %m4#1)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r10:5 = func.call @majority_5(%r9#0, %r9#1, %r9#2, %r9#3, %r9#4, %m4#2, %m4#3, %m4#4, %m4#5, %m4#6)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r11:5 = func.call @majority_5(%r10#0, %r10#1, %r10#2, %r10#3, %r10#4, %m4#7, %m5#0, %m5#1, %m5#2, %m5#3)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r12:5 = func.call @last_5(%r11#0, %r11#1, %r11#2, %r11#3, %r11#4, %m5#4, %m5#5, %m5#6, %m5#7, %m6#0)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r13:5 = func.call @last_5(%r12#0, %r12#1, %r12#2, %r12#3, %r12#4, %m6#1, %m6#2, %m6#3, %m6#4, %m6#5)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r14:5 = func.call @last_5(%r13#0, %r13#1, %r13#2, %r13#3, %r13#4, %m6#6, %m6#7, %m7#0, %m7#1, %m7#2)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %r15:5 = func.call @last_5(%r14#0, %r14#1, %r14#2, %r14#3, %r14#4, %m7#3, %m7#4, %m7#5, %m7#6, %m7#7)
    : (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %c = func.call @rotate_30(%r15#2) : (i32) -> i32
  %d = func.call @rotate_30(%r15#3) : (i32) -> i32
  %e = func.call @rotate_30(%r15#4) : (i32) -> i32
  %0 = arith.addi %h0, %r15#0 : i32
  %1 = arith.addi %h1, %r15#1 : i32
  %2 = arith.addi %h2, %c : i32
  %3 = arith.addi %h3, %d : i32
  %4 = arith.addi %h4, %e : i32
  return %0, %1, %2, %3, %4 : i32, i32, i32, i32, i32
}
// The state of child `i` of a node of depth `depth` - 1. The root, of depth 0, is the SHA-1 of the parent's five words alone.
func.func private @state(%p0: i32, %p1: i32, %p2: i32, %p3: i32, %p4: i32, %i: i32, %depth: i32) -> (i32, i32, i32, i32, i32) {
  %zero = arith.constant 0 : i32
  %end = arith.constant -2147483648 : i32
  %bits_5 = arith.constant 160 : i32
  %bits_6 = arith.constant 192 : i32
  %root = arith.cmpi eq, %depth, %zero : i32
  %w5 = arith.select %root, %end, %i : i32
  %w6 = arith.select %root, %zero, %end : i32
  %bits = arith.select %root, %bits_5, %bits_6 : i32
  %s:5 = func.call @sha1(%p0, %p1, %p2, %p3, %p4, %w5, %w6, %bits) : (i32, i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  return %s#0, %s#1, %s#2, %s#3, %s#4 : i32, i32, i32, i32, i32
}

// A node's number in [0, 1).
func.func private @uniform(%s4: i32) -> f64 {
  %positive = arith.constant 2147483647 : i32
  %scale = arith.constant 4.656612873077392578125e-10 : f64
  %bits = arith.andi %s4, %positive : i32
  %number = arith.sitofp %bits : i32 to f64
  %0 = arith.mulf %number, %scale : f64
  return %0 : f64
}

func.func private @geometric_children(%s4: i32, %depth: i32, %b: f64, %limit: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1.0 : f64
  %most = arith.constant 100 : i32
  %above = arith.cmpi slt, %depth, %limit : i32
  %is_root = arith.cmpi eq, %depth, %zero : i32
  %some = arith.ori %above, %is_root : i1
  %count = scf.if %some -> (i32) {
    %u = func.call @uniform(%s4) : (i32) -> f64
    %b_1 = arith.addf %b, %one : f64
    %p = arith.divf %one, %b_1 : f64
    %rest_u = arith.subf %one, %u : f64
    %rest_p = arith.subf %one, %p : f64
    %log_u = math.log %rest_u : f64
    %log_p = math.log %rest_p : f64
    %quotient = arith.divf %log_u, %log_p : f64
    %whole = math.floor %quotient : f64
    %drawn = arith.fptosi %whole : f64 to i32
    %capped = arith.minsi %drawn, %most : i32
    scf.yield %capped : i32
  } else {
    scf.yield %zero : i32
  }
  return %count : i32
}

func.func private @binomial_children(%s4: i32, %depth: i32, %b: i32, %q: f64, %many: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %u = func.call @uniform(%s4) : (i32) -> f64
  %below = arith.cmpf olt, %u, %q : f64
  %drawn = arith.select %below, %many, %zero : i32
  %is_root = arith.cmpi eq, %depth, %zero : i32
  %0 = arith.select %is_root, %b, %drawn : i32
  return %0 : i32
}

// Nodes are counted by their parents. Which of the 256 counters takes them is as good as random: tasks rarely meet at one.
func.func private @count(%children: i32, %s4: i32, %counts: memref<256xi64>) {
  %mask = arith.constant 255 : i32
  %zero = arith.constant 0 : i32
  %some = arith.cmpi sgt, %children, %zero : i32
  scf.if %some {
    %wide = arith.extui %children : i32 to i64
    %low = arith.andi %s4, %mask : i32
    %counter = arith.index_cast %low : i32 to index
    %old = memref.atomic_rmw addi %wide, %counts[%counter] : (i64, memref<256xi64>) -> i64
  }
  return
}

// The root, and what was counted.
func.func private @total(%counts: memref<256xi64>) -> i64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %counters = arith.constant 256 : index
  %one = arith.constant 1 : i64
  %sum = scf.for %i = %c0 to %counters step %c1 iter_args(%acc = %one) -> (i64) {
    %x = memref.load %counts[%i] : memref<256xi64>
    %next = arith.addi %acc, %x : i64
    scf.yield %next : i64
  }
  return %sum : i64
}

// A node, child `i` of the one whose state is p0 ... p4, and all below it.
async.func private @geometric_node(%p0: i32, %p1: i32, %p2: i32, %p3: i32, %p4: i32, %i: i32, %depth: i32,
    %b: f64, %limit: i32, %counts: memref<256xi64>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %s:5 = func.call @state(%p0, %p1, %p2, %p3, %p4, %i, %depth) : (i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %children = func.call @geometric_children(%s#4, %depth, %b, %limit) : (i32, i32, f64, i32) -> i32
  func.call @count(%children, %s#4, %counts) : (i32, i32, memref<256xi64>) -> ()
  %below = arith.addi %depth, %one : i32
  %size = arith.index_cast %children : i32 to index
  %group = async.create_group %size : !async.group
  scf.for %child = %zero to %children step %one : i32 {
    %token = async.call @geometric_node(%s#0, %s#1, %s#2, %s#3, %s#4, %child, %below, %b, %limit, %counts)
      : (i32, i32, i32, i32, i32, i32, i32, f64, i32, memref<256xi64>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  return
}

func.func @geometric(%seed: i32, %b: f64, %limit: i32, %counts: memref<256xi64>) -> i64 attributes {task.kernel} {
  %zero = arith.constant 0 : i32
  %tree = async.call @geometric_node(%zero, %zero, %zero, %zero, %seed, %zero, %zero, %b, %limit, %counts)
    : (i32, i32, i32, i32, i32, i32, i32, f64, i32, memref<256xi64>) -> !async.token
  async.await %tree : !async.token
  %nodes = func.call @total(%counts) : (memref<256xi64>) -> i64
  return %nodes : i64
}

// A node, child `i` of the one whose state is p0 ... p4, and all below it.
async.func private @binomial_node(%p0: i32, %p1: i32, %p2: i32, %p3: i32, %p4: i32, %i: i32, %depth: i32,
    %b: i32, %q: f64, %many: i32, %counts: memref<256xi64>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %s:5 = func.call @state(%p0, %p1, %p2, %p3, %p4, %i, %depth) : (i32, i32, i32, i32, i32, i32, i32) -> (i32, i32, i32, i32, i32)
  %children = func.call @binomial_children(%s#4, %depth, %b, %q, %many) : (i32, i32, i32, f64, i32) -> i32
  func.call @count(%children, %s#4, %counts) : (i32, i32, memref<256xi64>) -> ()
  %below = arith.addi %depth, %one : i32
  %size = arith.index_cast %children : i32 to index
  %group = async.create_group %size : !async.group
  scf.for %child = %zero to %children step %one : i32 {
    %token = async.call @binomial_node(%s#0, %s#1, %s#2, %s#3, %s#4, %child, %below, %b, %q, %many, %counts)
      : (i32, i32, i32, i32, i32, i32, i32, i32, f64, i32, memref<256xi64>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  return
}

func.func @binomial(%seed: i32, %b: i32, %q: f64, %many: i32, %counts: memref<256xi64>) -> i64 attributes {task.kernel} {
  %zero = arith.constant 0 : i32
  %tree = async.call @binomial_node(%zero, %zero, %zero, %zero, %seed, %zero, %zero, %b, %q, %many, %counts)
    : (i32, i32, i32, i32, i32, i32, i32, i32, f64, i32, memref<256xi64>) -> !async.token
  async.await %tree : !async.token
  %nodes = func.call @total(%counts) : (memref<256xi64>) -> i64
  return %nodes : i64
}
