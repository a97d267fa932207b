"""How fast this machine predicts: `deg benchmark`."""
