"""What animals did: time, bouts, order, and differences between groups."""
