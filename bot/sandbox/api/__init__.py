"""Web API: one module for each family of methods, and the handler that serves them."""
