"""Deliveries to the app: events, Socket Mode, signed HTTP, retries, rate limits and injected faults."""
