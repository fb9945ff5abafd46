"""A study from the command line: `python -m core.studies --help`."""

import argparse
import os
import re
import shlex
import signal
import sys
from pathlib import Path

from tqdm import tqdm

from ..cells import CELLS
from ..common.checks import integer
from ..tasks import TASKS
from ..training.experiment import FIELDS, cell_options
from .cost import in_words
from .folder import Folder, Trouble, home
from .grid import MOST, Study, studied
from .runner import Progress, run
from .shipped import shipped
from .table import as_text
from .workers import ADDRESS

COMMAND = f"python -m {__package__}"  # core.studies, or unrolled.studies where it is installed
HELP = f"""A study from the command line:

    {COMMAND} adding --cells rnn lstm gru --lengths 10 30 100 --seeds 5
    {COMMAND} pascanu2013                  one that comes with the program (see studies/)
    {COMMAND} FOLDER                       one that was begun before: goes on where it was

Stop it with Ctrl-C; the same command goes on. With --cluster tcp://host:8786 the points are computed by
the workers of a Dask scheduler.
"""
MOST_SEEDS = 10**9  # what is too many together is said by the study


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = [*studied(), *shipped()]
    parser.add_argument("study", help=f"{', '.join(known)}, or a folder")
    parser.add_argument("--cells", nargs="+", default=["rnn", "lstm", "gru"], help="the networks")
    parser.add_argument("--lengths", nargs="+", default=["10", "30", "100"], help="how far back")
    parser.add_argument("--seeds", default="3", help="trainings of each")
    parser.add_argument("--updates", default="2000", help="patience: updates of each training")
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="NAME=VALUE", help="fields of every experiment"
    )
    parser.add_argument("--folder", help="where its files go; without it, where they always do")
    parser.add_argument("--cores", default="0", help="processes; 0: one for each core")
    parser.add_argument("--cluster", default="", help="a Dask scheduler, tcp://host:port")
    parser.add_argument("--nice", default="0", help="how far to stand back behind other programs")
    return parser.parse_args(words)


def described(asked: argparse.Namespace) -> tuple[Study, Folder]:
    """What the arguments ask for. ValueError or LookupError with a sentence."""
    if asked.study in shipped():
        study = shipped()[asked.study].study()
        return study, Folder(asked.folder or home() / asked.study)
    if asked.study not in TASKS and Path(asked.study).is_dir():
        return Folder(asked.study).study(), Folder(asked.study)
    seeds = _whole("seeds", asked.seeds, 0, MOST_SEEDS)
    if seeds * len(asked.cells) * len(asked.lengths) > MOST:  # said before a list of them is made
        updates = _whole("updates", asked.updates, 1, 10**9)
        points = seeds * len(asked.cells) * len(asked.lengths)
        raise ValueError(
            f"study: expected at most {MOST:,} points, got {points:,}, up to {points * updates:.1e} "
            f"updates: at a millisecond each {in_words(points * updates / 1000)} of one core. Take fewer seeds or lengths."
        )
    study = Study(
        task=asked.study,
        networks={cell.upper(): {"cell": cell} for cell in asked.cells},
        distances=tuple(_whole("lengths", text, 1, 10**6) for text in asked.lengths),
        seeds=tuple(range(1, seeds + 1)),
        updates=_whole("updates", asked.updates, 1, 10**9),
        values=dict(_value(asked, text) for text in asked.set),
    )
    return study, Folder(asked.folder or home() / f"{study.task}-{study.id}")


def _value(asked: argparse.Namespace, text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    known = dict(FIELDS)
    if asked.study in TASKS:
        known |= {option.name: option for option in TASKS[asked.study].options}
    for cell in asked.cells:
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
    asked = arguments(words)
    try:
        study, folder = described(asked)
        if asked.cluster and not re.fullmatch(ADDRESS, asked.cluster):
            raise ValueError(
                f"cluster: expected an address like tcp://host:8786, got {asked.cluster!r}. "
                "Use the one that `dask scheduler` prints."
            )
        cores = _whole("cores", asked.cores, 0, 1024)
        os.nice(_whole("nice", asked.nice, 0, 19))
    except (ValueError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    asked_to_stop = []

    def interrupt(*_: object) -> None:
        if not asked_to_stop:  # once is enough: what follows is tidying up
            asked_to_stop.append(True)
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    told = False
    bar = tqdm(total=study.size, unit="point", smoothing=0, disable=None)

    def report(progress: Progress) -> None:
        nonlocal told
        if asked_to_stop:  # Python drops an exception that comes in the midst of a destructor
            raise KeyboardInterrupt
        if not told:
            told = True
            most = f"at most {in_words(progress.most)}"
            bar.write(f"{progress.total - progress.done} points to do, {most}. {folder.path}")
        bar.set_postfix_str(f"about {in_words(progress.remaining)} to go", refresh=False)
        bar.update(progress.done - bar.n)

    command = f"{COMMAND} " + shlex.join(_anywhere(words))
    try:
        run(study, folder, cores, asked.cluster, report, command=command)
    except Trouble as trouble:
        bar.close()
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        bar.close()
        print("Stopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    bar.close()
    print(as_text(study, folder.results(study)))
    print(f"\n{folder.path / 'result.json'}")
    return 0


def _anywhere(words: list[str]) -> list[str]:
    """The words without the paths of this machine."""
    words = [Path(word).name if os.sep in word and Path(word).is_dir() else word for word in words]
    if "--folder" in words:
        at = words.index("--folder")
        words = words[:at] + words[at + 2 :]
    return words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
