"""`deg doctor`: what a video is, what is wrong with it, and what deg does about it."""
