"""Which layer or which part of a network a page looks at: a control where there is a choice."""

from collections.abc import Sequence

from core.layers.recording import Recording
from dashboard.common.i18n import _
from dashboard.widgets.choice import pick_option, pick_segment


def layer_title(where: tuple[int, str]) -> str:
    """What to call a layer and direction."""
    return _("layer {n}, {way}", n=where[0] + 1, way=_(where[1]))


def pick_layer(recording: Recording, name: str) -> tuple[int, str]:
    """A layer and direction of the recording. name: of the control, which is sticky."""
    layers = recording.layers
    if len(layers) == 1:
        return layers[0]
    return pick_option(
        _("Layer"), layers, name, layer_title, label_visibility="collapsed", width=160
    )


def pick_part(parts: Sequence[str], key: str, first: int = 0) -> str:
    """A part of the network: the encoder or the decoder. first: the one to begin with."""
    if len(parts) == 1:
        return parts[0]
    return pick_segment(_("Where"), parts, key, _, range(len(parts))[first])
