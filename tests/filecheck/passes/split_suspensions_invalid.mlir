// What split-suspensions rejects: what an earlier pass has to remove.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p split-suspensions

// expected-error @below {{@f has no scope: run infer-scope first}}
async.func @f() -> !async.token {
  async.return
}

// -----

async.func @f(%c: i1) -> !async.token attributes {task.scope = "lane"} {
  // expected-error @below {{'scf.if' is left: run scf-to-cf first}}
  scf.if %c {
  }
  async.return
}

// -----

async.func @f() -> !async.token attributes {task.scope = "lane"} {
  // expected-error @below {{'async.execute' is left: run outline-execute first}}
  %t = async.execute {
    async.yield
  }
  async.return
}

// -----

// expected-note @below {{@f is defined here}}
func.func @f() {
  // expected-error @below {{'task.yield_now' in @f, which is no task: run convert-awaiting-funcs first}}
  task.yield_now
  return
}

// -----

func.func @f(%c: i1) {
  // expected-error @below {{'scf.if' is left: run scf-to-cf first}}
  scf.if %c {
  }
  return
}

// -----

// expected-error @below {{@f is started, but only declared}}
async.func private @f() -> !async.token
