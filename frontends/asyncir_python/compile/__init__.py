"""
From Python functions to IR at level `source`.

    source.py       a function's text as a tree whose nodes know file, line and column; errors that point into it
    scan.py         what the tree says without types: names assigned, ways out of a statement
    types.py        compile-time types, and how each is laid out in SSA values
    values.py       a type and the SSA values that hold it, or a constant
    ir.py           appending operations, with locations
    functions.py    Python functions, and their specialisations for argument types
    module.py       the module: which specialisations exist, the table of errors that they may raise
    emitter.py      one specialisation: variables, blocks, dispatch on the kind of node
    lane_marks.py   which values differ between the lanes of a task (lane_flow, lane_rules), what it does once (lane_effects), lanes loops
    the rest        one construct of the language a file, each registered with the emitter

A function is emitted in one pass over its tree. Types flow with the values; only at the head of a loop a variable's type must be known
before its last assignment is seen. It is assumed to be the type that the variable has when the loop is entered; where an assignment in the
loop widens it, the wider type is noted for that loop and the function is emitted again. Types only widen, so this ends.
"""
