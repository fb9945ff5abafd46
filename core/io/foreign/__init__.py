"""Models that other libraries saved: Keras, and ONNX files. What they hold is turned into torch's names and shapes."""
