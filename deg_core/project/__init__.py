"""What a project is on disk: its manifest, recordings, split, runs and predictions."""
