"""For comparison with the Live page: the same training, shown as a first version would show it.

Six heatmaps as st.plotly_chart, drawn anew ten times a second; one slider. See benchmarks/serving/classroom.py.
"""

import plotly.graph_objects as go
import streamlit as st

from core.training.trainer import Experiment, Trainer

st.slider("Seed", 1, 1000, 1, key="control seed")
key = st.session_state["control seed"]
if st.session_state.get("of") != key:
    st.session_state["trainer"] = Trainer(
        Experiment(task="adding", cell="lstm", hidden_size=32, length=50, seed=key)
    )
    st.session_state["of"] = key


@st.fragment(run_every=0.1)
def show() -> None:
    step = next(st.session_state["trainer"])
    for name in ("f", "i", "g", "o", "c", "h"):
        values = step.recording[name].values[:, 0].T
        st.plotly_chart(go.Figure(go.Heatmap(z=values)), key=name)
    st.caption(f"{step.index} {step.loss:.4f}", help=None)


show()
