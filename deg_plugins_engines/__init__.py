"""What runs trained networks: torch itself."""
