"""Trains one stage: values in, values out."""
