"""Listeners that nobody's button leads to: commands, mentions, direct messages and overheard messages."""
