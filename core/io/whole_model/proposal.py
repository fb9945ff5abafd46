"""Which module can be what in a whole model, by shape and then by name: a proposal that the reader confirms.

proposal = propose(read_parts(file))
proposal.plan                    # the likeliest
proposal.matched                 # a sentence for each choice: what was matched to what, and why
proposal.ambiguous               # a sentence for each choice that the file leaves open
fitting_heads(parts, side)       # all that fit, the likeliest first
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import torch

from ...common.messages import either, listing, say
from ..checkpoints import CheckpointLayer
from ..companions import is_called_embedding
from .parts import ModelParts
from .plan import Plan, Side

DECODER_WORDS = ("dec", "generator", "target", "trg", "tgt")
ENCODER_WORDS = ("enc", "source", "src")
NOT_A_HEAD = ("attn", "attention", "query", "key", "score", "energy", "bridge")
MAX_HEAD_LAYERS = 4


@dataclass(frozen=True)
class Proposal:
    """plan: the likeliest; None where nothing can be put together. matched, ambiguous: sentences."""

    plan: Plan
    matched: tuple[str, ...]
    ambiguous: tuple[str, ...]


def propose(parts: ModelParts) -> Proposal:
    """The likeliest plan, with what it was made from."""
    arrangements = fitting_arrangements(parts)
    encoder, decoder = arrangements[0]
    matched, ambiguous = [_say_layers(parts, encoder, decoder)], list[str]()
    if len(arrangements) > 1:
        ways = [describe_arrangement(each) for each in arrangements[:4]]
        ambiguous.append(
            say(
                "Recurrent layers: the file does not say how they are connected: {ways}.",
                ways=listing(ways),
            )
        )
    sides = []
    for side in (encoder, decoder):
        if side is None:
            sides.append(None)
            continue
        tables = fitting_tables(parts, side)
        table = _own_table(parts, side, tables, is_decoder=side is decoder)
        sides.append(replace(side, embedding=table))
        module = parts.modules[side.layers[0]]
        if table:
            matched.append(
                say(
                    "Embedding: {table}, {symbols} rows of {inputs} numbers, as many as {layer} reads.",
                    table=table,
                    symbols=len(parts.tables[table]),
                    inputs=module.input_size,
                    layer=module.title or say("the layer"),
                )
            )
        if len(tables) > bool(table) and not _stands_beside(table, side):
            ambiguous.append(
                say(
                    "Embedding of {layer}: these fit: {tables}.",
                    layer=module.title or say("the layer"),
                    tables=either(tables[:6]),
                )
            )
    plan = Plan(sides[0], sides[1])
    if decoder is not None and _directions(parts, encoder) == 2:
        ambiguous.append(
            say(
                "State: {encoder} reads in both directions and the decoder in one; the sum of both states is handed over.",
                encoder=encoder.layers[-1],
            )
        )
    heads = fitting_heads(parts, plan)
    if not heads:
        return Proposal(plan, tuple(matched), tuple(ambiguous))
    head = heads[0]
    reads = parts.read_as.get(plan.top.layers[-1], plan.reads)
    plan = replace(plan, head=head.layers, sums=head.sums, reads=reads)
    matched.append(_say_head(parts, plan, head))
    starts = [each for each in heads if not _is_same_table(parts, each, head)]
    if starts:
        names = list(dict.fromkeys(" → ".join(each.layers) for each in (head, *starts)))
        ambiguous.append(say("Head: these fit: {heads}.", heads=either(names[:6])))
    if len(head.layers) > 1:
        ambiguous.append(
            say(
                "Head: the file does not say which function stands between {layers}.",
                layers=" → ".join(head.layers),
            )
        )
    return Proposal(plan, tuple(matched), tuple(ambiguous))


@dataclass(frozen=True)
class HeadFit:
    """Linear layers that can be the head. sums: of the sum of both directions. tied: of the embedding's table."""

    layers: tuple[str, ...]
    sums: bool = False
    tied: bool = False


def fitting_arrangements(parts: ModelParts) -> list[tuple[Side, Side | None]]:
    """(encoder, decoder or None) for each way in which the recurrent modules can be connected, the likeliest first."""
    names = list(parts.modules)
    chain = _longest_chain(parts, names)
    pairs = _pairs(parts, names)
    named = [pair for pair in pairs if _is_named_pair(*pair)]
    arrangements: list[tuple[Side, Side | None]] = [*named]
    if len(chain) > 1:
        arrangements.append((Side(tuple(chain)), None))
    turned = [(second, first) for first, second in named]
    arrangements += [pair for pair in pairs if pair not in named and pair not in turned]
    arrangements += [(Side((name,)), None) for name in names]
    return arrangements if len(names) > 1 else arrangements[-1:]


def fitting_tables(parts: ModelParts, side: Side) -> list[str]:
    """The tables whose rows are as long as what the side reads, those that are called embeddings first.

    Where there is none, a head that is as wide as the input: a file may hold a tied table under the head's name alone.
    """
    size = parts.modules[side.layers[0]].input_size
    names = [name for name, table in parts.tables.items() if table.shape[1] == size]
    names = [name for name in names if len(parts.tables[name]) > 1]
    if not names and size == parts.modules[side.layers[-1]].output_size:
        return [name for name, linear in parts.linears.items() if linear.weight.shape[1] == size]
    return sorted(names, key=lambda name: not is_called_embedding(name))


def fitting_heads(parts: ModelParts, plan: Plan) -> list[HeadFit]:
    """What can read the states at the top: chains of linear layers and tied tables, the likeliest first."""
    top = parts.modules[plan.top.layers[-1]]
    embeddings = {plan.encoder.embedding, *([plan.decoder.embedding] if plan.decoder else [])}
    heads = []
    for name, linear in parts.linears.items():
        inputs = linear.weight.shape[1]
        sums = top.bidirectional and inputs == top.hidden_size
        if inputs != top.output_size and not sums:
            continue
        if name in embeddings & parts.tables.keys():
            continue  # a tied table stands below
        chain = [name]
        while len(chain) < MAX_HEAD_LAYERS and (then := _following(parts, chain, embeddings)):
            chain.append(then)
        heads += [HeadFit(tuple(chain[:n]), sums) for n in range(len(chain), 0, -1)]
    own = plan.top.embedding
    if own in parts.tables and parts.tables[own].shape[1] == top.output_size:
        heads.append(HeadFit((own,), tied=True))
    is_lone = bool(own) and bool(lone_bias_names(parts, own))
    return sorted(heads, key=lambda head: _rank(parts, head, is_lone))


def _is_same_table(parts: ModelParts, one: HeadFit, other: HeadFit) -> bool:
    """Whether both begin with the same numbers, as a tied head and its embedding do."""
    first, second = (parts.linears[each.layers[0]].weight for each in (one, other))
    return first.shape == second.shape and bool(torch.equal(first, second))


def lone_bias_names(parts: ModelParts, table: str) -> list[str]:
    """Biases without a weight that have a number for each row of the table: of a head that is tied to it."""
    rows = parts.linears[table].outputs
    return [name for name, bias in parts.lone_biases.items() if len(bias) == rows]


def describe_arrangement(arrangement: tuple[Side, Side | None]) -> str:
    """In words: "rnn1 → rnn2", or "encoder hands its state to decoder"."""
    encoder, decoder = arrangement
    first = " → ".join(name or say("the layer") for name in encoder.layers)
    if decoder is None:
        return first
    return say(
        "{encoder} hands its state to {decoder}",
        encoder=first,
        decoder=" → ".join(decoder.layers),
    )


def _longest_chain(parts: ModelParts, names: Sequence[str]) -> list[str]:
    """Modules in the file's order, each reading what the one before it puts out, that can be one stack."""
    best: list[str] = []
    for start in range(len(names)):
        chain = [names[start]]
        for name in names[start + 1 :]:
            if _stacks_on(parts.modules[chain[-1]], parts.modules[name]):
                chain.append(name)
        best = chain if len(chain) > len(best) else best
    return best


def _stacks_on(below: CheckpointLayer, above: CheckpointLayer) -> bool:
    return (
        above.input_size == below.output_size
        and above.bidirectional == below.bidirectional
        and _blocks(above) == _blocks(below)
    )


def _pairs(parts: ModelParts, names: Sequence[str]) -> list[tuple[Side, Side]]:
    """Each two modules of which the second can go on from the first one's last state; first in the file's order."""
    pairs = sorted(permutations(names, 2), key=lambda pair: names.index(pair[0]))
    pairs.sort(key=lambda pair: names.index(pair[0]) > names.index(pair[1]))
    return [
        (Side((first,)), Side((second,)))
        for first, second in pairs
        if can_hand_over(parts.modules[first], parts.modules[second])
    ]


def can_hand_over(encoder: CheckpointLayer, decoder: CheckpointLayer) -> bool:
    """Whether the decoder's state is as large as the encoder's, layer by layer."""
    return (
        encoder.hidden_size == decoder.hidden_size
        and encoder.num_layers == decoder.num_layers
        and not decoder.bidirectional
        and _blocks(encoder) == _blocks(decoder)
    )


def _is_named_pair(encoder: Side, decoder: Side) -> bool:
    first, second = encoder.layers[0].lower(), decoder.layers[0].lower()
    return any(word in second for word in DECODER_WORDS) and not any(
        word in first for word in DECODER_WORDS
    )


def _own_table(parts: ModelParts, side: Side, tables: Sequence[str], is_decoder: bool) -> str:
    """The table of this side: the one whose name begins as the layer's does, or that is called after its side."""
    tables = [name for name in tables if name in parts.tables]
    if not tables:
        return ""
    module = side.layers[0]
    words = DECODER_WORDS if is_decoder else ENCODER_WORDS
    owner = module.rpartition(".")[0]
    own = [name for name in tables if owner and name.startswith(f"{owner}.")]
    called = [name for name in tables if any(word in name.lower() for word in words)]
    if len(parts.modules) == 1:
        called = []
    likely = [name for name in tables if is_called_embedding(name)] or list(tables)
    return (own or called or likely)[0]


def _stands_beside(table: str, side: Side) -> bool:
    """Whether the table's name puts it into the same module as the layer: "encoder.emb" beside "encoder.rnn"."""
    owner = _owner(side.layers[0])
    return bool(owner) and table.startswith(f"{owner}.")


def _following(parts: ModelParts, chain: Sequence[str], embeddings: set[str]) -> str:
    """The linear layer that reads what the last one of the chain puts out, later in the file; "" for none."""
    names = list(parts.linears)
    outputs = parts.linears[chain[-1]].outputs
    later = [
        name
        for name in names[names.index(chain[-1]) + 1 :]
        if parts.linears[name].weight.shape[1] == outputs
        and name not in embeddings
        and name not in chain
        and _owner(name) == _owner(chain[-1])
    ]
    return later[0] if later else ""


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def _rank(parts: ModelParts, head: HeadFit, is_lone: bool) -> tuple[bool, ...]:
    """Of several fits the first one in the file counts, but for what its name or its place speaks against."""
    name = head.layers[0].lower()
    return (
        any(word in name for word in NOT_A_HEAD),
        head.tied and not is_lone,
        is_lone and not head.tied,
        head.sums,
        is_called_embedding(name) and not head.tied,
        parts.linears[head.layers[-1]].bias is None,
    )


def _directions(parts: ModelParts, side: Side) -> int:
    return 1 + parts.modules[side.layers[-1]].bidirectional


def _blocks(layer: CheckpointLayer) -> tuple[str, ...]:
    return layer.candidates[0].block_names


def _say_layers(parts: ModelParts, encoder: Side, decoder: Side | None) -> str:
    if decoder is not None:
        return say(
            "Encoder and decoder: {encoder} and {decoder}, with as many layers ({layers}) and units ({units}).",
            encoder=" → ".join(encoder.layers),
            decoder=" → ".join(decoder.layers),
            layers=parts.modules[decoder.layers[0]].num_layers,
            units=parts.modules[decoder.layers[0]].hidden_size,
        )
    if len(encoder.layers) > 1:
        return say(
            "Recurrent layers: {names}, each reading as many numbers as the one before it gives.",
            names=" → ".join(encoder.layers),
        )
    name = "".join(encoder.layers) or say("the file holds nothing else")
    return say("Recurrent layer: {name}.", name=name)


def _say_head(parts: ModelParts, plan: Plan, head: HeadFit) -> str:
    states = parts.modules[plan.top.layers[-1]].output_size
    if head.tied:
        return say(
            "Head: the table of {table}, tied: a row for each symbol, as long as the {states} numbers of the states.",
            table=head.layers[0],
            states=states,
        )
    table = plan.top.embedding
    tied = HeadFit((table,)) if table in parts.linears else None
    if tied and table != head.layers[0] and _is_same_table(parts, head, tied):
        return say(
            "Head: {layers}, tied: the same numbers as {table}.", layers=head.layers[0], table=table
        )
    return say(
        "Head: {layers}, which reads {inputs} numbers, as many as the states have, and gives {outputs}.",
        layers=" → ".join(head.layers),
        inputs=parts.linears[head.layers[0]].weight.shape[1],
        outputs=parts.linears[head.layers[-1]].outputs,
    )
