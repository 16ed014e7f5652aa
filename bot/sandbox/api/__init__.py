"""Slack's Web API: the methods, who may call them, and their answers."""
