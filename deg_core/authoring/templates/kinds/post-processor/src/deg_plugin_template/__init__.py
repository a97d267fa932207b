"""A plugin for deg: the post-processor template-name."""
