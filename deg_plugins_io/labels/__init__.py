"""Label formats: a small module each, on one engine that chooses, converts and paints."""
