"""A choice of words lasts when the language changes."""

from streamlit.testing.v1 import AppTest

from tests.helpers.pages import find_control


def choose() -> None:
    import streamlit as st

    from dashboard.session import language
    from dashboard.session.controls import read_control
    from dashboard.widgets.choice import pick_option, pick_segment

    st.checkbox("Chinese", key="is chinese")
    language.choose_language("zh" if read_control("is chinese") else "en")
    words = ("one", "two") if language.session_language() == "en" else ("一", "二")
    st.text(f"{pick_option('A', ['a', 'b'], 'list', lambda key: words['ab'.index(key)])}")
    st.text(f"{pick_segment('B', ['a', 'b'], 'row', lambda key: words['ab'.index(key)])}")


def test_what_was_chosen_stays_when_its_words_change():
    app = AppTest.from_function(choose).run()
    assert not app.exception
    assert [each.value for each in app.text] == ["a", "a"]
    find_control(app, "list").set_value("b").run()
    find_control(app, "row").set_value("b").run()
    assert [each.value for each in app.text] == ["b", "b"]
    app.checkbox(key="is chinese").check().run()
    assert [each.value for each in app.text] == ["b", "b"]
    assert find_control(app, "list").options == ["一", "二"]
