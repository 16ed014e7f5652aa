"""The workspace's face: channel settings, the App Home, uninstalling."""
