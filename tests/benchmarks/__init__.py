"""Speed of the bot beside what it could have been made of: `make bench`. Ratios count, since machines differ."""
