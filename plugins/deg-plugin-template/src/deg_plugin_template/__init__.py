"""A small recurrent sequence model for deg."""
