"""Errors of the store; each error's text is the sentence a person is shown."""


class StoreError(Exception):
    """The store cannot be used, and the sentence says what to do about it."""


class StoreBusyError(StoreError):
    """The database did not take a write in time."""


class LeaseLostError(StoreError):
    """Another worker has taken this row in the meantime; what was done here is not to be kept."""
