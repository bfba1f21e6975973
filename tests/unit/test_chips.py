"""Chips and occupancy, against values computed by hand from NVIDIA's tables."""

from __future__ import annotations

import pytest

from asyncir.chips import CHIPS, KIB, chip, chip_of_capability, occupancy
from asyncir.errors import InputError

H200 = CHIPS["sm_90"]


class TestChips:
    def test_the_architectures(self) -> None:
        assert {
            "sm_70",
            "sm_75",
            "sm_80",
            "sm_86",
            "sm_87",
            "sm_89",
            "sm_90",
            "sm_90a",
            "sm_100",
            "sm_100a",
            "sm_103",
            "sm_120",
        } <= CHIPS.keys()

    def test_a_specific_variant_has_the_same_sizes(self) -> None:
        general, specific = CHIPS["sm_90"], CHIPS["sm_90a"]
        assert specific.is_specific and not general.is_specific
        assert (specific.shared_per_sm, specific.max_warps_per_sm) == (general.shared_per_sm, general.max_warps_per_sm)

    def test_an_unknown_architecture_names_the_known_ones(self) -> None:
        with pytest.raises(InputError, match="unsupported arch 'sm_60'") as raised:
            chip("sm_60")
        assert raised.value.help is not None and raised.value.help.startswith("supported: sm_70, sm_75")

    @pytest.mark.parametrize(
        ("capability", "arch"),
        [((9, 0), "sm_90a"), ((8, 0), "sm_80"), ((8, 8), "sm_87"), ((8, 9), "sm_89"), ((7, 2), "sm_70"), ((12, 0), "sm_120a")],
    )
    def test_of_a_device(self, capability: tuple[int, int], arch: str) -> None:
        assert chip_of_capability(*capability).arch == arch

    @pytest.mark.parametrize("capability", [(6, 1), (13, 0)])
    def test_of_a_device_that_no_code_is_made_for(self, capability: tuple[int, int]) -> None:
        with pytest.raises(InputError, match="unsupported GPU of compute capability"):
            chip_of_capability(*capability)


class TestOccupancy:
    @pytest.mark.parametrize(
        ("registers", "warps"),
        # 4 * floor(512 / R8), at most 64: 512 / 32 = 16, 512 / 40 = 12, 512 / 128 = 4, 512 / 136 = 3, 512 / 256 = 2.
        [(22, 64), (32, 64), (33, 48), (40, 48), (64, 32), (65, 28), (128, 16), (129, 12), (168, 12), (255, 8)],
    )
    def test_registers_alone(self, registers: int, warps: int) -> None:
        assert occupancy(H200, registers, 0, 32 * 4).warps_per_sm == min(warps, 64)

    def test_one_warp_blocks_are_limited_by_blocks(self) -> None:
        found = occupancy(H200, 16, 0, 32)
        assert (found.blocks_per_sm, found.warps_per_sm, found.limited_by) == (32, 32, "blocks")

    def test_shared_memory_with_its_reserve(self) -> None:
        # 227 KiB + 1 KiB fill the 228 KiB; 113 KiB + 1 KiB fit twice; one byte more fits once.
        assert occupancy(H200, 32, 227 * KIB, 1024).blocks_per_sm == 1
        assert occupancy(H200, 32, 113 * KIB, 512).blocks_per_sm == 2
        found = occupancy(H200, 32, 113 * KIB + 1, 512)
        assert (found.blocks_per_sm, found.warps_per_sm, found.limited_by) == (1, 16, "shared memory")

    def test_warps_and_registers(self) -> None:
        assert occupancy(H200, 32, 0, 256).limited_by == "warps"
        found = occupancy(H200, 64, 0, 256)
        assert (found.blocks_per_sm, found.limited_by) == (4, "registers")

    def test_another_chip(self) -> None:
        # Compute capability 8.6: 48 warps and 16 blocks, 100 KiB.
        found = occupancy(CHIPS["sm_86"], 40, 0, 128)
        assert (found.blocks_per_sm, found.warps_per_sm) == (12, 48)
        assert occupancy(CHIPS["sm_86"], 40, 48 * KIB, 128).blocks_per_sm == 2

    def test_a_partial_warp_counts_whole(self) -> None:
        assert occupancy(H200, 32, 0, 33).warps_per_sm == 2 * 32

    @pytest.mark.parametrize(("registers", "shared", "threads"), [(256, 0, 32), (32, 228 * KIB, 32), (32, 0, 1025), (32, 0, 0)])
    def test_what_does_not_fit_at_all(self, registers: int, shared: int, threads: int) -> None:
        with pytest.raises(InputError, match=r"do(es)? not fit sm_90"):
            occupancy(H200, registers, shared, threads)
