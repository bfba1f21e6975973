"""Devices, launches, memory and reports. Knows the ABI and nothing of the compiler; nothing heavy is imported here."""
