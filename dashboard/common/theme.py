"""The colours: one hue for each quantity everywhere, chosen to stay apart for colour-blind eyes.

Hues after Okabe & Ito (2008), darkened or lightened until they hold 3:1 against white and black
backgrounds alike. Signed values go from blue over the background to red; gates from background to ink.
"""

QUANTITIES = {
    "h": "#2a7fff",
    "c": "#e0620d",
    "a": "#8a8f98",
    "i": "#0a9b73",
    "f": "#c9569b",
    "g": "#a8820a",
    "o": "#2f9fc4",
    "r": "#0a9b73",
    "z": "#c9569b",
    "n": "#a8820a",
    "share": "#8a8f98",
    # of the curves; none of them is a quantity of a cell
    "train": "#64748b",
    "held-out": "#9b5de5",
    "clipped": "#d9480f",
}

# of the experiments that are compared, by their letter
EXPERIMENTS = {"a": "#1a7fc0", "b": "#d55e00", "c": "#009e73", "d": "#cc79a7"}

# Plotly's scales: half transparent instead of the background's colour, so that they serve both themes.
EMPTY = "rgba(127,127,127,0.07)"
OPEN = [[0.0, EMPTY], [0.5, "rgba(190,112,20,0.55)"], [1.0, "rgba(176,96,0,1)"]]
SIGNED = [[0.0, "rgba(31,108,214,1)"], [0.5, EMPTY], [1.0, "rgba(212,58,46,1)"]]
FAINT, INK = "rgba(127,127,127,0.25)", "#8a8f98"

NEGATIVE, POSITIVE = "#1f5fbf", "#c4302b"
