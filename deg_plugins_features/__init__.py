"""Built-in plugins of deg: features."""
