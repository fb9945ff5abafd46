"""Figures and formulas: arrays of core in, a Plotly figure, an SVG or LaTeX out."""
