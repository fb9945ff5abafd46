"""The first three symbols of every alphabet that an encoder and a decoder share."""

PAD, START, END = 0, 1, 2
