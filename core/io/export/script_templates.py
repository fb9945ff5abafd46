"""The text of the exported script, in pieces: each is plain PyTorch and knows nothing of this project.

`core.io.export.script` chooses among them; placeholders in @AT_SIGNS@ are numbers and names out of checked
choices, never a reader's own text.
"""

HEAD = '''"""A training run of Unrolled in plain PyTorch: the same start, the same batches, the same losses.

    pip install torch safetensors
    python train.py

Beside it: start.safetensors (the weights before the first update) and batches.safetensors (the
batches of the first @UPDATES@ updates). Prints the losses and writes them to losses.csv.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn
@IMPORTS@
HERE = Path(__file__).resolve().parent
SETTINGS = @SETTINGS@
torch.set_num_threads(1)  # more threads make networks this small slower
'''

PACKED = "from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence\n"

# nn.RNN, nn.LSTM or nn.GRU; sequences of unequal length are packed.
TORCH = '''

def recurrent(inputs):
    return nn.@KIND@(inputs, @H@, num_layers=@LAYERS@, bias=@BIAS@, bidirectional=@TWO@@MORE@)


def run(layers, x, lengths=None, state=None):
    """x [T, B, I] -> states of the top layer [T, B, D H], and the last states."""
    if lengths is None:
        return layers(x, state)
    packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
    states, state = layers(packed, state)
    return pad_packed_sequence(states, total_length=len(x))[0], state
'''

# One layer after the other: between them the states are dropped, at the steps that the longest sequence has.
STACKED = '''

def recurrent(inputs):
    hidden = @SIZES@
    sizes = [inputs, *(size * @D@ for size in hidden)]
    return nn.ModuleList([@ONE@ for size, H in zip(sizes, hidden)])


def run(layers, x, lengths=None, state=None):
    """x [T, B, I] -> states of the top layer [T, B, D H], and the last states."""
    last = []
    for k, layer in enumerate(layers):
        if k:
            x = drop(x, lengths)
        x, end = one(layer, x, lengths, None if state is None else state[k])
        last.append(end)
    return x, last


def drop(x, lengths):
    """Dropout between two layers."""
    steps = len(x) if lengths is None else int(lengths.max())
    T, B, H = x[:steps].shape
    mask = torch.ones_like(x)
    mask[:steps] = F.dropout(torch.ones(T, B, H), @P@)
    return x * mask
'''

ONE_TORCH = """

def one(layer, x, lengths, state):
    if lengths is None:
        return layer(x, state)
    states, state = layer(pack_padded_sequence(x, lengths, enforce_sorted=False), state)
    return pad_packed_sequence(states, total_length=len(x))[0], state
"""

# Cells that torch.nn does not have, written out.
OWN = '''

@WINDOW@class Layer(nn.Module):
    """@WHAT@, in @D@ direction(s), step by step; parameters named as torch.nn names them."""

    def __init__(self, inputs, H):
        super().__init__()
        self.H, rows = H, @BLOCKS@ * H
        shapes = {"weight_ih": (rows, @READ@)@SHAPES@}
        self.ways = ["", "_reverse"][:@D@]
        for way in self.ways:
            for name, shape in shapes.items():
                self.register_parameter(f"{name}_l0{way}", nn.Parameter(torch.zeros(shape)))

    def forward(self, x, lengths, state):
        T, B, _ = x.shape
        ends = torch.full((B,), T) if lengths is None else lengths
        outputs, last = [], []
        for k, way in enumerate(self.ways):
            p = {name.split("_l0")[0]: w for name, w in self.named_parameters() if name.endswith("_l0" + way)}
            h = x.new_zeros(B, self.H) if state is None else state[0][k]
            c = x.new_zeros(B, self.H) if state is None else state[1][k]
@SEEN@            order = range(T) if not way else range(T - 1, -1, -1)
            states = [None] * T
            for t in order:
@CUT@                new_h, new_c = self.step(@X@[t], h, c, p)
                on = (t < ends)[:, None]  # beyond its end a sequence keeps its state
                h, c = torch.where(on, new_h, h), torch.where(on, new_c, c)
                states[t] = torch.where(on, new_h, torch.zeros_like(h))
            outputs.append(torch.stack(states))
            last.append((h, c))
        return torch.cat(outputs, 2), tuple(torch.stack(each) for each in zip(*last))

    def step(self, x, h, c, p):
@STEP@


def one(layer, x, lengths, state):
    return layer(x, lengths, state)
'''

# Every step begins from zeros.
APART = """                h, c = torch.zeros_like(h), torch.zeros_like(c)  # nothing is carried
"""

WINDOW = '''def window(x, ends, backwards):
    """The last @K@ inputs of each step side by side, the oldest first; zeros before the first."""
    T = len(x)
    x = x * (torch.arange(T)[:, None] < ends)[:, :, None]
    before = x.new_zeros(@K@ - 1, *x.shape[1:])
    padded = torch.cat([x, before] if backwards else [before, x])
    steps = range(@K@)
    return torch.cat([padded[k : k + T] for k in (reversed(steps) if backwards else steps)], 2)


'''

# No gradient from one chunk of steps to the one before it.
CUT = """                read = ends - 1 - t if way else torch.full((B,), t)  # steps before this one
                cut = ((0 < read) & (read < ends) & (read % @TRUNCATE@ == 0))[:, None]
                h, c = torch.where(cut, h.detach(), h), torch.where(cut, c.detach(), c)
"""

SEQUENCE = """

class Network(nn.Module):
    def __init__(self):
        super().__init__()
@EMBEDDING@        self.recurrent = recurrent(@IN@)
        self.head = nn.Linear(@SEEN@, @OUT@, bias=@BIAS@)

    def forward(self, x, lengths):
        states, _ = run(self.recurrent, @INPUTS@, lengths)
@LAST@@COMBINE@@DROP@        return self.head(states)
"""

LAST = """        B = states.shape[1]
        ends = torch.full((B,), len(states) - 1) if lengths is None else lengths - 1
        forward = states[ends, torch.arange(B), :@H@]
        states = forward
"""
LAST_TWO = LAST.replace("states = forward", "states = torch.cat([forward, states[0, :, @H@:]], 1)")
DROP = "        states = states * F.dropout(torch.ones(states.shape), @P@)\n"
SUM = "        states = states.unflatten(-1, (2, -1)).sum(-2)\n"

SEQ2SEQ = '''
PAD, START = @PAD@, @START@


class Network(nn.Module):
    """Encoder and decoder; x [S + D, B] holds the source, and from START on what the decoder reads."""

    def __init__(self):
        super().__init__()
@EMBEDDING@        self.encoder, self.decoder = recurrent(@IN@), recurrent(@IN@)
@ATTENTION@        self.head = nn.Linear(@H@, @OUT@, bias=@BIAS@)

    def forward(self, x, lengths):
        S = int((x[:, 0] == START).nonzero()[0])
        source, target = x[:S], x[S:]
        s, d = ((part != PAD).sum(0).clamp(min=1) for part in (source, target))
        x = source
        read, state = run(self.encoder, @INPUTS@, s)
        x = target
        states, _ = run(self.decoder, @INPUTS@, d, state)
@LOOK@@DROP@        logits = self.head(states)
        return torch.cat([logits.new_zeros(S, *logits.shape[1:]), logits])
'''
ATTENTION = """        self.score = nn.Linear(@H@, @H@, bias=False)
        self.combine = nn.Linear(2 * @H@, @H@, bias=@BIAS@)
"""
LOOK = """        scores = torch.einsum("dbh,sbh->bds", states, self.score(read))
        keep = torch.arange(S)[:, None] < s
        looks = scores.masked_fill(~keep.T[:, None], -torch.inf).softmax(2)
        context = torch.einsum("bds,sbh->dbh", looks, read)
        states = self.combine(torch.cat([context, states], 2)).tanh()
"""

LOOP = """

def loss_of(output, y):
    return @LOSS@


def train():
    network = Network()
    network.load_state_dict(load_file(HERE / "start.safetensors"))
    batches = load_file(HERE / "batches.safetensors")
    parameters = list(network.parameters())
    optimizer = @OPTIMIZER@
@SEED@    losses = []
    for k in range(@UPDATES@):
        x, y, lengths = (batches.get(f"{name}.{k}") for name in ("x", "y", "lengths"))
        x, y = (v if v.is_floating_point() else v.long() for v in (x, y))
        lengths = None if lengths is None else lengths.long()
        loss = loss_of(network(x, lengths), y)
        optimizer.zero_grad()
        loss.backward()
@CLIP@        optimizer.step()
        losses.append(loss.item())
        print(k + 1, losses[-1])
    lines = [f"{k},{loss!r}" for k, loss in enumerate(losses, 1)]
    (HERE / "losses.csv").write_text("\\n".join(["update,loss", *lines, ""]))


if __name__ == "__main__":
    train()
"""

CLIPS = {
    "off": "",
    "norm": """        grads = [p.grad for p in parameters if p.grad is not None]
        norm = nn.utils.get_total_norm(grads).item()
        if norm > @AT@:  # the gradient keeps its direction and loses its length
            for grad in grads:
                grad.mul_(@AT@ / norm)
""",
    "value": """        for p in parameters:
            if p.grad is not None:
                p.grad.clamp_(-@AT@, @AT@)
""",
}

OPTIMIZERS = {
    "sgd": "torch.optim.SGD(parameters, lr=@RATE@)",
    "momentum": "torch.optim.SGD(parameters, lr=@RATE@, momentum=0.9)",
    "rmsprop": "torch.optim.RMSprop(parameters, lr=@RATE@)",
    "adam": "torch.optim.Adam(parameters, lr=@RATE@)",
}
