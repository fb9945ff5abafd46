"""What people do with a model: several losses, truncated backpropagation, two optimizers ...

Further entries of `tests.helpers.model_shapes.SHAPES`; here run(model) calls backward() in a way of its own.
"""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from tests.helpers.model_shapes import INPUTS, SHAPES, B, H, T, Tagger, draw, one_loss, shape

__all__ = ["SHAPES"]


@shape
def several_losses():
    def run(m):
        output = m(draw(T, B, INPUTS))
        losses = [output[t].square().sum() for t in range(T)]
        for loss in losses:
            loss.backward(retain_graph=True)
        return output

    return Tagger(nn.LSTM(INPUTS, H)), run


@shape
def truncated_by_detaching():
    def run(m):
        x, h, outputs = draw(T, B, INPUTS), None, []
        for chunk in x.split(2):
            output, h = m.rnn(chunk, h)
            m.head(output).square().mean().backward()
            h = h.detach()
            outputs.append(output)
        return torch.cat(outputs)

    return Tagger(nn.GRU(INPUTS, H)), run


@shape
def frozen_parts():
    model = nn.ModuleDict(
        {"body": nn.LSTM(INPUTS, H), "rnn": nn.GRU(H, H), "head": nn.Linear(H, 1)}
    )
    model["body"].requires_grad_(False)
    model["rnn"].weight_hh_l0.requires_grad_(False)

    def forward(m):
        return m["head"](m["rnn"](m["body"](draw(T, B, INPUTS))[0])[0])

    return model, one_loss(forward)


@shape
def two_optimizers():
    model = nn.ModuleDict({"one": nn.GRU(INPUTS, H), "two": nn.LSTM(H, 1)})

    def run(m):
        optimizers = [
            torch.optim.Adam(m["one"].parameters(), 0.1),
            torch.optim.SGD(m["two"].parameters(), 0.1, momentum=0.9),
        ]
        for _ in range(3):
            for optimizer in optimizers:
                output = m["two"](m["one"](draw(T, B, INPUTS))[0])[0]
                optimizer.zero_grad()
                output.square().mean().backward()
                optimizer.step()
        return output

    return model, run


@shape
def gradients_accumulated_and_clipped():
    def run(m):
        for part in draw(T, 4, INPUTS).split(2, 1):
            output = m(part)
            (output.square().mean() / 2).backward()
        nn.utils.clip_grad_norm_(m.parameters(), 0.01)
        return output

    return Tagger(nn.LSTM(INPUTS, H)), run


@shape
def penalised_gradients():
    """A loss with a derivative in it; float64, because torch's LSTM has no second derivative in float32."""

    def run(m):
        x = draw(T, B, INPUTS).double().requires_grad_()
        output = m(x)
        (slope,) = torch.autograd.grad(output.sum(), x, create_graph=True)
        (output.square().mean() + slope.square().mean()).backward()
        return slope

    return Tagger(nn.LSTM(INPUTS, H)).double(), run


@shape
def without_gradients():
    def run(m):
        with torch.no_grad():
            output = m(draw(T, B, INPUTS))
        with torch.inference_mode():
            return output + m(draw(T, B, INPUTS))

    return Tagger(nn.GRU(INPUTS, H)), run


@shape
def hooks_and_changes_in_place():
    def run(m):
        output = m.rnn(draw(T, B, INPUTS))[0]
        output.register_hook(lambda gradient: gradient * 2)
        output.mul_(0.5)
        m.head(output).sum().backward()
        return output

    return Tagger(nn.GRU(INPUTS, H)), run


@shape
def mixed_precision():
    def run(m):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = m(torch.nn.functional.linear(draw(T, B, INPUTS), torch.eye(INPUTS)))
            loss = output.square().mean()
        loss.backward()
        return output

    return Tagger(nn.LSTM(INPUTS, H)), run


@shape
def per_sample_gradients():
    def run(m):
        parameters = {name: p.detach() for name, p in m.named_parameters()}

        def loss(p, x):
            return torch.func.functional_call(m, p, (x,)).square().mean()

        x = draw(T, B, INPUTS)
        return torch.cat([g.flatten() for g in torch.func.grad(loss)(parameters, x).values()])

    return Tagger(nn.GRU(INPUTS, H)), run


def repeat_cells(reentrant: bool):
    def forward(m):
        h = torch.zeros(B, H)
        for x in draw(T, B, INPUTS):
            h = checkpoint(m, x.clone().requires_grad_(), h, use_reentrant=reentrant)
        return h

    return nn.GRUCell(INPUTS, H), one_loss(forward)


@shape
def checkpointed_cells():
    return repeat_cells(reentrant=False)


@shape
def checkpointed_cells_reentrant():
    return repeat_cells(reentrant=True)


@shape
def recurrent_weights_dropped():
    """The weights of a step are those of the parameter, with half of them 0: set at every call."""

    class WeightDrop(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.LSTM(INPUTS, H)
            weight = self.rnn._parameters.pop("weight_hh_l0")
            self.raw = nn.Parameter(weight.detach())

        def forward(self, x):
            self.rnn.weight_hh_l0 = nn.functional.dropout(self.raw, 0.5)
            return self.rnn(x)[0]

    return WeightDrop(), one_loss(lambda m: m(draw(T, B, INPUTS)))


@shape
def output_changed_in_place_batch_first():
    def forward(m):
        output, _ = m(draw(B, T, INPUTS).double())
        return nn.functional.dropout(output, 0.5, inplace=True)

    return nn.LSTM(INPUTS, H, batch_first=True).double(), one_loss(forward)


@shape
def hooks_on_the_module():
    def run(m):
        gradients = []
        m.rnn.register_full_backward_hook(lambda _, inputs, outputs: gradients.extend(inputs))
        m.rnn.register_forward_hook(lambda _, inputs, results: (results[0] * 2, results[1]))
        output = m(draw(T, B, INPUTS).requires_grad_())
        output.square().mean().backward()
        return gradients[0]

    return Tagger(nn.GRU(INPUTS, H)), run
