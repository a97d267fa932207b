"""A trained pipeline at work: frames to latents, latents to logits, in pieces of bounded size."""
