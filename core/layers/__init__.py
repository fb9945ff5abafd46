"""Recurrent layers and networks that record their values and gradients."""
