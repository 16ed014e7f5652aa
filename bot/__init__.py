"""Sceptic: a Slack bot that explains Windows events to IT support teams and never makes anything up."""
