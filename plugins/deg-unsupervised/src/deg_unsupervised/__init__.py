"""Clusters of frames beside what people call behaviours: `deg cluster`."""
