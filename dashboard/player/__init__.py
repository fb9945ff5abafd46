"""The components: what Python sends to them, and how their messages are read."""
