"""Brings projects of DeepEthogram to deg, with labels, outputs and trained weights, and takes predictions back."""
