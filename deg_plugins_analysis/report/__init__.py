"""`deg report`: what was done with a project, how good it is and what the animals did, on one page."""
