"""`sceptic doctor`: an examination of an installation, with what to do about each finding."""

from bot.doctor.command import doctor

__all__ = ["doctor"]
