"""Replies to a question or a pasted event."""
