"""Fault runs: the bot as a process of its own that is killed, cut off and lied to, and a count of what became of it."""
