"""The app: pages that show what happens inside recurrent networks."""
