"""Pose for deg: file formats of trackers, and feature extractors that look at keypoints."""
