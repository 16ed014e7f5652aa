"""Slack's own interfaces: clients, sockets, OAuth, files, history and message events."""
