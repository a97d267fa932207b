"""Which labels to add, and which to look at again."""
