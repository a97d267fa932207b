"""From probabilities to what is present."""
