"""Built-in plugins of deg: scoring."""
