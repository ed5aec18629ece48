"""The parts of a QR symbol: segments of the text, the frame of its version and level, the choice of a mask."""
