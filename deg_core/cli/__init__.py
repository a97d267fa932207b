"""The command line: it says things; the work is in `deg_core.jobs`."""
