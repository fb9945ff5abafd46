"""The Yours page, a tab in each file."""
