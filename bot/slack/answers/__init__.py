"""The answer's buttons, team notes, and notices to one person."""
