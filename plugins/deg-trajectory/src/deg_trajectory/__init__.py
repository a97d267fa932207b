"""A feature extractor for deg that needs no pose."""
