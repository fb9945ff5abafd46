"""What a reader takes along: a plain script, weights, recordings, event files."""
