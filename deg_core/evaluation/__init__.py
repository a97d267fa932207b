"""How good predictions are, against labels they never saw."""
