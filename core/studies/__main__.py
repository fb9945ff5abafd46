"""A study from the command line: `python -m core.studies --help`."""

import argparse
import os
import re
import shlex
import signal
import sys
from pathlib import Path

from tqdm import tqdm

from ..cells import CELL_TITLES, CELLS, TORCH_CELLS
from ..common.checks import integer
from ..tasks import TASKS
from ..training.experiment import FIELDS, cell_options
from .cost import duration_in_words
from .folder import Folder, StudyError, studies_folder
from .grid import MAX_POINTS, Study, tasks_with_goal
from .runner import Progress, run_study
from .shipped import shipped_studies
from .table import to_markdown
from .workers import SCHEDULER_ADDRESS

COMMAND = f"python -m {__package__}"  # core.studies, or unrolled.studies where it is installed
HELP = f"""A study from the command line:

    {COMMAND} adding --cells rnn lstm gru --lengths 10 30 100 --seeds 5
    {COMMAND} pascanu2013                  one that comes with the program (see studies/)
    {COMMAND} FOLDER                       goes on with one that was started before

Stop it with Ctrl-C; the same command goes on. With --cluster tcp://host:8786 the points are computed by
the workers of a Dask scheduler.
"""
MAX_SEEDS = 10**9  # the study itself bounds the number of points


def parse_arguments(words: list[str]) -> argparse.Namespace:
    """The options in the words of the command line; ends the process with a usage message on others."""
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = [*tasks_with_goal(), *shipped_studies()]
    parser.add_argument("study", help=f"{', '.join(known)}, or a folder")
    parser.add_argument("--cells", nargs="+", default=[*TORCH_CELLS], help="the networks")
    parser.add_argument("--lengths", nargs="+", default=["10", "30", "100"], help="how far back")
    parser.add_argument("--seeds", default="3", help="trainings of each")
    parser.add_argument("--updates", default="2000", help="patience: updates of each training")
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="NAME=VALUE", help="fields of every experiment"
    )
    parser.add_argument("--folder", help="where its files go; without it, where they always do")
    parser.add_argument("--cores", default="0", help="processes; 0: one for each core")
    parser.add_argument("--cluster", default="", help="a Dask scheduler, tcp://host:port")
    parser.add_argument("--nice", default="0", help="how far to yield to other programs")
    return parser.parse_args(words)


def study_and_folder(options: argparse.Namespace) -> tuple[Study, Folder]:
    """The study that the options describe, and its folder. ValueError or LookupError with a sentence."""
    if options.study in shipped_studies():
        study = shipped_studies()[options.study].study()
        return study, Folder(options.folder or studies_folder() / options.study)
    if options.study not in TASKS and Path(options.study).is_dir():
        return Folder(options.study).study(), Folder(options.study)
    seeds = _whole("seeds", options.seeds, 0, MAX_SEEDS)
    if (
        seeds * len(options.cells) * len(options.lengths) > MAX_POINTS
    ):  # checked before a list of them is made
        updates = _whole("updates", options.updates, 1, 10**9)
        points = seeds * len(options.cells) * len(options.lengths)
        raise ValueError(
            f"study: expected at most {MAX_POINTS:,} points, got {points:,}, up to {points * updates:.1e} "
            f"updates: at a millisecond each {duration_in_words(points * updates / 1000)} of one core. Take fewer seeds or lengths."
        )
    study = Study(
        task=options.study,
        networks={str(CELL_TITLES.get(cell, cell)): {"cell": cell} for cell in options.cells},
        distances=tuple(_whole("lengths", text, 1, 10**6) for text in options.lengths),
        seeds=tuple(range(1, seeds + 1)),
        updates=_whole("updates", options.updates, 1, 10**9),
        values=dict(_value(options, text) for text in options.set),
    )
    return study, Folder(options.folder or studies_folder() / f"{study.task}-{study.id}")


def _value(options: argparse.Namespace, text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    known = dict(FIELDS)
    if options.study in TASKS:
        known |= {option.name: option for option in TASKS[options.study].options}
    for cell in options.cells:
        if cell in CELLS:
            known |= {option.name: option for option in cell_options(cell)}
    if name not in known:
        raise LookupError(
            f"set: expected the name of a field or option, got {name!r}. Write it like hidden_size=64."
        )
    return name, known[name].parse(value)


def _whole(what: str, text: str, low: int, high: int) -> int:
    return integer(what, int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text, low, high)


def main(words: list[str]) -> int:
    """Runs the command with these words after its name -> the exit code: 0, 1, 2 or 130 when stopped."""
    options = parse_arguments(words)
    try:
        study, folder = study_and_folder(options)
        if options.cluster and not re.fullmatch(SCHEDULER_ADDRESS, options.cluster):
            raise ValueError(
                f"cluster: expected an address like tcp://host:8786, got {options.cluster!r}. "
                "Use the one that `dask scheduler` prints."
            )
        cores = _whole("cores", options.cores, 0, 1024)
        os.nice(_whole("nice", options.nice, 0, 19))
    except (ValueError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    command = f"{COMMAND} " + shlex.join(_without_paths(words))
    try:
        _run_with_bar(study, folder, cores, options.cluster, command)
    except StudyError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    print(to_markdown(study, folder.results(study)))
    print(f"\n{folder.path / 'result.json'}")
    return 0


def _run_with_bar(study: Study, folder: Folder, cores: int, cluster: str, command: str) -> None:
    """Runs the study with a progress bar. KeyboardInterrupt on Ctrl-C and on SIGTERM."""
    stop_requested = []

    def interrupt(*_: object) -> None:
        if not stop_requested:  # later signals would interrupt the tidying up
            stop_requested.append(True)
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    announced = False

    def report(progress: Progress) -> None:
        nonlocal announced
        if stop_requested:  # Python drops an exception that is raised during a destructor
            raise KeyboardInterrupt
        if not announced:
            announced = True
            most = f"at most {duration_in_words(progress.most)}"
            bar.write(f"{progress.total - progress.done} points to do, {most}. {folder.path}")
        bar.set_postfix_str(f"about {duration_in_words(progress.remaining)} to go", refresh=False)
        bar.update(progress.done - bar.n)

    with tqdm(total=study.size, unit="point", smoothing=0, disable=None) as bar:
        run_study(study, folder, cores, cluster, report, command=command)


def _without_paths(words: list[str]) -> list[str]:
    """The words of the command line without the paths of this machine."""
    words = [Path(word).name if os.sep in word and Path(word).is_dir() else word for word in words]
    if "--folder" in words:
        index = words.index("--folder")
        words = words[:index] + words[index + 2 :]
    return words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
