"""Built-in plugins of deg: figures."""
