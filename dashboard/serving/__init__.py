"""One server, many readers: the only folder that touches the inside of Streamlit."""
