"""Studies: a grid of experiments x distances x seeds, each trained until it solves its task or runs out of updates."""

from .folder import Folder as Folder
from .grid import Point as Point
from .grid import Study as Study
