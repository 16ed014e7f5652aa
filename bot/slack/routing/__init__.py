"""Listeners of commands, mentions, direct messages and overheard messages."""
