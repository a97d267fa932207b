"""Where a feature extractor looked, for deg."""
