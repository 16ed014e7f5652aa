"""Rules of Block Kit: blocks, elements, views and message text, checked as Slack checks them."""
