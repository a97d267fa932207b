"""What training and inference share: devices, building, weights, and frames as tensors."""
