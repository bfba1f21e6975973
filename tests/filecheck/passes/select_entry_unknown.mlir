// expected-error {{there is no function @kernal}}
// A name that does not exist is answered with the one that was meant; the place is the file's.
// RUN: asyncir-opt %s --verify-diagnostics -p 'select-entry{entry="kernal"}'

func.func @kernel() {
  return
}
