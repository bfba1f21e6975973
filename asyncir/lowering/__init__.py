"""From the `rt` level to the machine: target dialects, LLVM IR text, PTX and host code."""
