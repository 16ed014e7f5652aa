"""State of the local Slack: its workspaces with people, channels, messages and files, its clock and its tokens."""
