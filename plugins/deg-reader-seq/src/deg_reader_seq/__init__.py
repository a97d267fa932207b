"""Norpix StreamPix sequences for deg."""
