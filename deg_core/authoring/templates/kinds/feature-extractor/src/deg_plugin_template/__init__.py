"""A plugin for deg: the feature extractor template-name."""
