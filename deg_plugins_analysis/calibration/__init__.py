"""Probabilities that come true as often as they say."""
