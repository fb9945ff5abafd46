"""The app in the browser: what readers see of `core`, and how they drive it."""
