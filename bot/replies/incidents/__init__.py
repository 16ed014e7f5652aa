"""The incident's card, forms, lists, export and messages."""
