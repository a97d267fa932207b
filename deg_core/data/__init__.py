"""Value objects of the field, on NumPy alone: labels, bouts, ethograms, recordings, spans."""
