"""Reliable delivery: receiver, inbox worker, outbox sender, backfill, health and metrics."""
