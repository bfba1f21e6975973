"""For `lit tests/filecheck`: the same files that pytest runs."""

import sys
from pathlib import Path

import lit.formats

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here))

import run_lines  # noqa: E402

config.name = "asyncir"  # type: ignore[name-defined]  # noqa: F821 (lit puts it there)
config.test_format = lit.formats.ShTest(execute_external=False)  # noqa: F821
config.test_source_root = str(here)  # noqa: F821
config.suffixes = [".mlir"]  # noqa: F821
config.excludes = ["Inputs"]  # noqa: F821
config.environment.update(run_lines.environment())  # noqa: F821
config.available_features.update(run_lines.features())  # noqa: F821
config.substitutions.append(("%root", str(run_lines.ROOT)))  # noqa: F821
