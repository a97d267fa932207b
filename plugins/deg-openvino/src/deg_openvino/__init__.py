"""An engine for deg: networks run by OpenVINO."""
