"""How fast the bot is, beside what it could have been made of: `make bench`. Ratios count, since machines differ."""
