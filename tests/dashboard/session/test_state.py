"""What a session holds: one object for each topic, found again by every run of the page."""

from dataclasses import dataclass, field

from streamlit.testing.v1 import AppTest

from dashboard.session.state import TOPICS_KEY, topic_of


@dataclass
class Counted:
    values: list[int] = field(default_factory=list)


def test_a_topic_is_one_object_for_each_session():
    first, second = {}, {}
    topic_of(first, Counted).values.append(1)
    assert topic_of(first, Counted) is topic_of(first, Counted)
    assert topic_of(first, Counted).values == [1]
    assert topic_of(second, Counted).values == []


def test_all_topics_stand_under_one_key():
    session = {}
    topic_of(session, Counted)
    topic_of(session, Other)
    assert list(session) == [TOPICS_KEY]
    assert len(session[TOPICS_KEY]) == 2


def test_a_class_that_was_loaded_anew_finds_what_there_was():
    session = {}
    topic_of(session, Counted).values.append(7)
    again = type("Counted", (), {"__module__": __name__, "__qualname__": "Counted"})
    assert topic_of(session, again).values == [7]


@dataclass
class Other:
    name: str = ""


def script() -> None:
    from dataclasses import dataclass

    import streamlit

    from dashboard.session.controls import read_control
    from dashboard.session.state import state

    @dataclass
    class Runs:  # another class at every run, as in the script of a page
        number: int = 0

    state(Runs).number += 1
    streamlit.session_state["name"] = read_control("name", "begin") + "!"
    streamlit.text_input("Name", key="name")
    streamlit.text(str(state(Runs).number))


def test_a_rerun_finds_what_the_last_run_left():
    app = AppTest.from_function(script).run().run()
    assert app.text[0].value == "2"
    assert app.text_input(key="name").value == "begin!!"
