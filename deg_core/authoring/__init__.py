"""What plugin authors need: templates to start from, and a look at a plugin as a stranger would meet it."""
