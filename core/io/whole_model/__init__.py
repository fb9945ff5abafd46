"""A whole model from its weights: what fits where, the network that they make, its true loss, to look inside."""
