"""Trainings from nothing, each in a project of its own on the same recordings."""
