"""Analyses: what holds of a module, without changing it."""
