"""A long text read in several places at once, where the network forgets: what a state held some hundred symbols ago is then
lost in rounding, so that a place far on can be begun from any state, a little before it.

    spans = split_text(reader, corpus)          # None: it remembers longer, and is read from its beginning
    for rows in read_rows(reader, corpus, where, states, spans): ...

Whether it forgets is tried: each place is begun twice, from zeros and from a random state, and both have to come to the
same state. `read_rows` then compares, when a span ends, its state with the one from which the next has begun, and raises
LongMemoryError where they differ, so nothing rests on the trial alone.
"""

import numpy as np
import torch

from .corpus import (
    CHUNK_STEPS,
    LANES,
    Corpus,
    CorpusReader,
    Span,
    join_lanes,
    lane_of,
    map_state,
    states_differ,
    zero_state,
)

WARM_UPS = (100, 400, 1600)  # symbols that are read before a place
MIN_SYMBOLS = 4 * LANES * CHUNK_STEPS  # of a text that is worth it


@torch.no_grad()
def split_text(reader: CorpusReader, corpus: Corpus) -> list[Span] | None:
    """Spans of one long sequence; None for several sequences, a short one, and a network that does not forget."""
    N = len(corpus)
    if np.count_nonzero(corpus.lengths) != 1 or N < MIN_SYMBOLS:
        return None
    length = -(-N // (LANES * CHUNK_STEPS)) * CHUNK_STEPS
    firsts = np.arange(0, N, length)
    zeros = zero_state(reader)
    for steps in WARM_UPS:
        if steps > length // 4:
            return None
        # One place alone is tried first: a network that remembers does so there, too.
        if _warm_up(reader, corpus, firsts[1:2], steps, zeros) is None:
            continue
        states = _warm_up(reader, corpus, firsts[1:], steps, zeros)
        if states is not None:
            stops = [*firsts[1:].tolist(), N]
            bounds = zip(firsts.tolist(), stops, [None, *states], strict=True)
            return [Span(first, stop, state) for first, stop, state in bounds]
    return None


def _warm_up(
    reader: CorpusReader, corpus: Corpus, firsts: np.ndarray, steps: int, zeros: object
) -> list[object] | None:
    """The states before these symbols, after so many symbols; None where they depend on what was before."""
    generator = torch.Generator().manual_seed(0)
    lanes = len(firsts)

    def draw(part: torch.Tensor) -> torch.Tensor:
        return torch.rand(part.shape, generator=generator, dtype=part.dtype) * 2 - 1

    state = join_lanes([zeros] * lanes + [map_state(draw, zeros) for _ in firsts])
    for offset in range(-steps, 0, CHUNK_STEPS):
        codes = corpus.codes[firsts + offset + np.arange(CHUNK_STEPS)[:, None]]
        _, state = reader.layers(reader.inputs(np.tile(codes, (1, 2))), state)
    pairs = [(lane_of(state, k), lane_of(state, k + lanes)) for k in range(lanes)]
    return None if any(states_differ(*pair) for pair in pairs) else [one for one, _ in pairs]
