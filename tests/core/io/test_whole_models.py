"""Whole models of different make, opened from their checkpoint: their outputs are those of their own forward."""

import io
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from core.analysis.microscope import Microscope, Place
from core.io.model_files import read_model_file
from core.io.whole_model.inspection import inspect_whole, outputs_of
from core.io.whole_model.losses import make_target, own_answers
from core.io.whole_model.network import Sequences, WholeModel
from core.io.whole_model.parts import ModelParts, read_parts
from core.io.whole_model.plan import Plan, Side
from core.io.whole_model.proposal import Proposal, fitting_heads, propose
from tests.helpers.whole_models import MAKES, E, H, Make, Tagger, TiedLanguageModel, Translator, V

T, D = 9, 5


def parts_of(content: object) -> ModelParts:
    file = io.BytesIO()
    torch.save(content, file)
    return read_parts(read_model_file(file.getvalue()))


def draw(make: Make) -> tuple[nn.Module, Sequences, list[Tensor]]:
    """The model, what it reads here, and what its own forward is given."""
    torch.manual_seed(7)
    model = make.model().eval()
    x = torch.randn(T, 3) if make.reads_numbers else torch.randint(0, V, (T,))
    decoded = torch.randint(0, make.decoded, (D,)) if make.decoded else None
    given = [x] if decoded is None else [x, decoded]
    return model, Sequences(x, decoded), given


@pytest.mark.parametrize("name", MAKES)
def test_outputs_are_those_of_the_models_own_forward(name):
    make = MAKES[name]
    model, read, given = draw(make)
    parts = parts_of(make.save(model))
    plan = replace(propose(parts).plan, **make.settings)
    output = outputs_of(WholeModel(parts, plan), read)[:, 0]
    with torch.no_grad():
        expected = model(*given)
    assert expected.abs().max() > 0.05  # else agreement would mean nothing
    shown = output[-1:] if make.at_end else output[-len(expected) :]
    assert shown.dtype == expected.dtype
    torch.testing.assert_close(shown, expected, rtol=0, atol=1e-6)


def test_the_loss_and_its_gradients_are_those_of_the_models_own_loss():
    make = MAKES["GRU seq2seq, two state_dicts"]
    model, read, given = draw(make)
    assert isinstance(model, Translator)
    parts = parts_of(make.save(model))
    y = torch.randint(0, 7, (D,))
    target = make_target("cross entropy", y, tuple(range(T, T + D)), 7, T + D)
    network = WholeModel(parts, propose(parts).plan)
    inspection = inspect_whole(network, read, tuple("a" * (T + D)), target)
    reading = inspection.read()
    loss = F.cross_entropy(model(*given), y)
    (gradient,) = torch.autograd.grad(loss, model.encoder.rnn.weight_hh_l1)
    assert reading.loss == pytest.approx(loss.item(), rel=1e-6)
    inspection.loss(inspection.run(1)).backward()
    weight = network.parts["encoder"].weight_hh_l1
    torch.testing.assert_close(weight.grad, gradient, rtol=1e-4, atol=1e-7)
    scope = Microscope(inspection)
    for place in (Place("dh", T - 1, 2, "encoder", 1), Place("dh", T + 1, 2, "decoder", 1)):
        explanation = scope.explain(place)
        assert explanation.total == pytest.approx(explanation.value, rel=1e-3)
    assert scope.head_numbers is not None
    assert scope.head_numbers.targets[T:].argmax(1).tolist() == y.tolist()


def test_weights_that_are_not_computed_with_are_said():
    model = Tagger()
    model.norm = nn.BatchNorm1d(2 * H)
    model.ln = nn.LayerNorm(E)
    model.conv = nn.Conv1d(E, E, 3)
    model.attention = nn.Linear(2 * H, 1)
    parts = parts_of(model.state_dict())
    proposal = propose(parts)
    assert proposal.plan.head == ("hidden2tag",)
    rest = " ".join(parts.describe_rest(proposal.plan.used))
    assert "Not computed: norm, batch normalisation." in rest
    assert "Not computed: ln, as a layer normalisation" in rest
    assert "Not computed: conv, a convolution." in rest
    assert "Not used: attention, a linear layer or a table." in rest
    assert not parts_of(Tagger().state_dict()).describe_rest(proposal.plan.used)


def said(proposal: Proposal) -> str:
    return " ".join(proposal.ambiguous)


def test_what_is_matched_is_said_and_what_is_open_is_listed():
    tied = propose(parts_of(TiedLanguageModel().state_dict()))
    assert tied.ambiguous == ()
    assert "Head: decoder, tied: the same numbers as encoder." in tied.matched
    model = Tagger()
    model.second = nn.Linear(2 * H, 4)
    assert "Head: these fit: hidden2tag or second." in said(propose(parts_of(model.state_dict())))
    model = Tagger()
    model.char_embeddings = nn.Embedding(30, E)
    proposal = propose(parts_of(model.state_dict()))
    assert "these fit: word_embeddings or char_embeddings" in said(proposal)
    two = nn.ModuleDict({"a": nn.LSTM(H, H), "b": nn.LSTM(H, H)})
    proposal = propose(parts_of(two.state_dict()))
    assert proposal.plan.encoder.layers == ("a", "b")
    assert (
        "how they are connected: a → b, a hands its state to b, b hands its state to a, a"
        in said(proposal)
    )


def test_a_file_in_alphabetical_order_is_read_all_the_same():
    model, read, given = draw(MAKES["GRU seq2seq, two state_dicts"])
    parts = read_parts(read_model_file(save_safetensors(model.state_dict())))
    assert next(iter(parts.modules)) == "decoder.rnn"  # the file's order is not the model's
    plan = propose(parts).plan
    assert plan.encoder == Side(("encoder.rnn",), "encoder.embedding")
    output = outputs_of(WholeModel(parts, plan), read)[T:, 0]
    torch.testing.assert_close(output, model(*given), rtol=0, atol=1e-6)
    deep = nn.ModuleDict({f"rnn{k}": nn.GRU(H, H) for k in range(1, 12)})
    parts = read_parts(read_model_file(save_safetensors(deep.state_dict())))
    assert propose(parts).plan.encoder.layers[-2:] == ("rnn10", "rnn11")


def test_a_plan_that_does_not_fit_is_refused_by_its_label():
    model = nn.ModuleDict(
        {"enc": nn.LSTM(E, H), "dec": nn.LSTM(E, 5), "gru": nn.GRU(H, H), "fc": nn.Linear(3, 2)}
    )
    parts = parts_of(model.state_dict())
    refused = {
        "Recurrent layers: expected a decoder": Plan(Side(("enc",)), Side(("dec",))),
        "Recurrent layers: expected modules of one cell": Plan(Side(("enc", "gru"))),
        "Recurrent layers: expected dec to read": Plan(Side(("enc", "dec"))),
        "Head: expected a linear layer that reads 8": Plan(Side(("enc",)), head=("fc",)),
        "Embedding: expected rows of 6 numbers": Plan(Side(("enc",), "fc")),
    }
    for sentence, plan in refused.items():
        with pytest.raises(ValueError, match=sentence):
            WholeModel(parts, plan)
    assert fitting_heads(parts, Plan(Side(("enc",)))) == []


def test_targets_are_checked_and_the_models_own_answer_is_one():
    parts = parts_of(Tagger().state_dict())
    network = WholeModel(parts, propose(parts).plan)
    output = outputs_of(network, Sequences(torch.arange(T)))
    at = tuple(range(T))
    assert own_answers("cross entropy", output, at).tolist() == output[:, 0].argmax(1).tolist()
    with pytest.raises(ValueError, match="Target: expected classes numbered 0 to 4"):
        make_target("cross entropy", torch.full((T,), 5), at, 5, T)
    with pytest.raises(ValueError, match="Target: expected one for each of 9 steps, got 3"):
        make_target("cross entropy", torch.zeros(3).long(), at, 5, T)
    with pytest.raises(ValueError, match="Target: expected 5 numbers for each step"):
        make_target("squared error", torch.zeros(T, 1), at, 5, T)
    with pytest.raises(ValueError, match="Text: expected symbols numbered 0 to 10"):
        outputs_of(network, Sequences(torch.tensor([11])))
    squared = make_target("squared error", torch.zeros(1, 5), (T - 1,), 5, T)
    assert squared.loss(output).item() == pytest.approx(output[-1].square().mean().item())
