"""What one reader has while the tab is open, and its part of a link."""
