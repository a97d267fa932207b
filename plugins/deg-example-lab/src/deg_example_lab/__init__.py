"""One plugin of every kind, small and real, as a lab would publish them for deg."""
