"""What every part of the dashboard stands on: words, colours, file names."""
