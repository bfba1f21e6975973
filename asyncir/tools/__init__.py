"""The command line tools: `asyncir` runs and explains programs, `asyncir-opt` applies passes."""
