"""Ethograms as they happen."""
