"""Simulated animals and the command `deg sample`, which films them."""
