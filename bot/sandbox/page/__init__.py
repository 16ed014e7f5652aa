"""Page in the browser: its routes, its live updates and its static files."""
