"""Built-in plugins of deg: sample."""
