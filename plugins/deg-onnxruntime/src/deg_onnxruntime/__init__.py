"""An engine for deg: networks run by ONNX Runtime; and `deg export-model`."""
