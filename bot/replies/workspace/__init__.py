"""The App Home, help and the channel settings' form."""
