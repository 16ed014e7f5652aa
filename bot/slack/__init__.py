"""Slack: the Bolt app and its listeners. Translates payloads, calls, saves, replies."""
