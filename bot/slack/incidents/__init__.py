"""Incidents in Slack: opening, actions, evidence, the card, lists and reminders."""
