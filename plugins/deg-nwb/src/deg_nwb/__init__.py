"""Labels in NWB files."""
