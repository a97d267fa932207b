"""Built-in plugins of deg: io."""
