"""The session's streams: one for each of its pages that play (dashboard.serving.streams)."""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.common.i18n import SOURCE, _
from dashboard.player.messages import Message
from dashboard.serving import turns
from dashboard.serving.streams import Request, Stream, register_stream
from dashboard.session.language import session_language
from dashboard.session.state import act_for, present_topics, state


@dataclass
class StreamState:
    """Name of a component -> its stream."""

    streams: dict[str, Stream] = field(default_factory=dict)


def get_stream(component: str, read: Callable[[Message], Request]) -> Stream:
    """The stream of this component, opened when it is first asked for.

    read: makes a Request of a message, see `Stream`; it and what it returns run in the name of this session.
    """
    streams = state(StreamState).streams
    if component not in streams:
        topics = weakref.ref(present_topics())  # the stream must not outlive its session

        def read_for_session(values: Mapping[str, Any]) -> Request:
            mine = topics()
            if mine is None:
                raise ValueError(_("This tab has been closed. Reload the page."))
            with act_for(mine):
                request = read(Message(values))

            def answer(time_slice: Any) -> bytes:
                with act_for(mine):
                    return request.answer(time_slice)

            def after() -> Callable[[], None] | None:
                with act_for(mine):
                    rest = request.after()

                def finish() -> None:
                    with act_for(mine):
                        assert rest is not None
                        rest()

                return rest and finish

            return Request(request.is_click, answer, after)

        def language() -> str:
            mine = topics()
            if mine is None:
                return SOURCE
            with act_for(mine):
                return session_language()

        streams[component] = Stream(read_for_session, turns.client(), language)
        register_stream(streams[component])
    return streams[component]
