"""PAD, START and END: the first three symbols of every alphabet of an encoder and decoder."""

PAD, START, END = 0, 1, 2
