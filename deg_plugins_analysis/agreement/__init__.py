"""How far raters agree: people with each other, and deg among them."""
