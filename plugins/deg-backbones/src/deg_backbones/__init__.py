"""Published networks as feature extractors of deg: timm's for pictures, torchvision's for clips."""
