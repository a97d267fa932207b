"""Built-in plugins of deg: sequence."""
