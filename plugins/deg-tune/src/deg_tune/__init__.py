"""Hyper-parameter search for deg."""
