"""asyncir doctor: what is missing is named, with its use and its source, and does not end the search."""

from __future__ import annotations

import pytest

from asyncir.errors import InputError
from asyncir.tools import doctor
from asyncir.tools.main import main


def test_a_machine_on_which_programs_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for name in ("Python", "xdsl", "llvmlite", "CPU                 works", "ptxas", "libdevice", "mlir-opt-22"):
        assert name in said


def test_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def no_device() -> None:
        raise InputError("there is no NVIDIA driver on this machine")

    monkeypatch.setattr(doctor, "device", no_device)
    monkeypatch.setattr(doctor, "find_ptxas", lambda: None)
    monkeypatch.setattr(doctor, "find_libdevice", lambda: None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert main(["doctor"]) == 0, "none of it is needed for the CPU"
    said = capsys.readouterr().out
    assert "device              not found: runs programs; there is no NVIDIA driver" in said
    assert "ptxas               not found: makes cubin, tells registers and spills; `pip install nvidia-cuda-nvcc`" in said
    assert "mlir-opt-22         not found: apt-get install mlir-22-tools" in said


def test_a_machine_on_which_they_do_not(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ImportError("libLLVM\nis not there")

    monkeypatch.setattr(doctor.program, "compile", broken)
    assert main(["doctor"]) == 1
    assert "CPU                 MISSING: a small program does not run: libLLVM is not there" in capsys.readouterr().out
