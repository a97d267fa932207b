"""Whether new videos are like those that were learned from."""
