"""What somebody, or deg, said about recordings, wherever it was written down."""
