"""How good a pipeline is, fold by fold, and whether another is better."""
