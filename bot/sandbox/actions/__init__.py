"""Actions of people and apps on the state: posting, clicking, joining, sharing, installing."""
