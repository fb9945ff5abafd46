"""The colours: one meaning for each, everywhere, in both themes and for colour-blind eyes.

Signed values go from blue over the background to orange, gates from the background to ink, sizes are grey, and red is
the gradient's alone. A quantity has a hue of its own. All of them hold 3:1 against white and against the dark theme's
background, and those of the quantities stay at least 20 apart in CIELAB for normal, protan, deutan and tritan eyes;
the names stand beside them all the same. The player has the same ones: see player/web/colours.js.
"""

QUANTITIES = {
    "h": "#860efd",
    "c": "#975a34",
    "a": "#8a8f98",
    "i": "#27a38b",
    "f": "#506489",
    "g": "#9d960d",
    "o": "#e54cee",
    "r": "#27a38b",
    "z": "#506489",
    "n": "#9d960d",
    "share": "#8a8f98",
    # of the curves; none of them is a quantity of a cell
    "train": "#64748b",
    "held-out": "#1a7fc0",
    "clipped": "#d93a2b",
}


def quantity_colour(quantity: str) -> str:
    """The colour of a cell's quantity; that of ink for a letter without one of its own."""
    return QUANTITIES.get(quantity, INK)


# of the experiments that are compared, by their letter
EXPERIMENTS = {"a": "#1a7fc0", "b": "#d55e00", "c": "#009e73", "d": "#cc79a7"}

# Plotly's scales: half transparent instead of the background's colour, so that they serve both themes.
EMPTY = "rgba(127,127,127,0.07)"
OPEN = [[0.0, EMPTY], [0.5, "rgba(124,114,186,0.5)"], [1.0, "rgba(124,114,186,1)"]]
SIGNED = [[0.0, "rgba(24,112,196,1)"], [0.5, EMPTY], [1.0, "rgba(224,104,16,1)"]]
SLOPES = [[0.0, "rgba(84,88,190,1)"], [0.5, EMPTY], [1.0, "rgba(217,58,43,1)"]]  # of gradients
SIZES = [[0.0, EMPTY], [1.0, "rgba(128,133,143,1)"]]
FAINT, INK, CLEAR = "rgba(127,127,127,0.25)", "#8a8f98", "rgba(0,0,0,0)"
GRADIENT = "#d93a2b"

NEGATIVE, POSITIVE = "#1870c4", "#e06810"
