"""Pages and pictures that are drawn from the code."""
