"""Replies: what was decided → what is shown. Holds Slack's limits and escaping; sends nothing.

Exports nothing: each reply is imported from the module that makes it, so that one card does not load all forms.
"""
