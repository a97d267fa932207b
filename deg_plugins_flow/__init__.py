"""Built-in plugins of deg: flow."""
