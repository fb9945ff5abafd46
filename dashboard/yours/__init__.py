"""The parts of the page Yours, one file for each tab."""
