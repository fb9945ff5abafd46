"""Studies: a grid of experiments x distances x seeds, each trained until it solves its task or gives up."""

from core.study.definition import Point as Point
from core.study.definition import Study as Study
from core.study.folder import Folder as Folder
