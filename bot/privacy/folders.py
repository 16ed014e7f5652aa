r"""Detection of people's profile folders, C:\Users\anna, as opposed to those that every Windows has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.accounts import UNSPACED, name_at
from bot.privacy.values import Detection

# A local path, or one through the share of the whole drive. A share of homes is laid out as each company likes, so what
# stands behind \\server\home$ may be a department as well.
_USERS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?P<quote>[\"']?)(?:[A-Za-z][:$]|%SystemDrive%)[\\/]{1,2}(?:Users|使用者|用户)[\\/]{1,2}(?=\w)",
    re.IGNORECASE,
)
# Up to the next stroke the name is plain. With spaces in it, it is a name only where the folder's quotes or a profile's
# own folder close it; elsewhere a sentence goes on behind the first word.
_FOLDER: Final = re.compile(r"([\w.\-~+&]{1,64}+)(?=[\\/])")
_WORDS: Final = r"([^\W\d_][\w.\-]{0,31}+(?: [^\W\d_]{1,32}+){1,3})"
_SPACED: Final = re.compile(
    _WORDS + r"(?=[\\/]{1,2}(?:AppData|Desktop|Documents|Downloads|Pictures|Videos|Music|Favorites|OneDrive|NTUSER))",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(_WORDS + r"(?=([\"']))")
_WORD: Final = re.compile(rf"(?:(?![{UNSPACED}])[\w.\-~+&]){{1,64}}+")
# Every Windows has these, or gets them from a service; that one of them is in use is a fact about the server. A profile
# made anew has the domain or computer behind a full stop. A service's own account may have a $ in its name, as a
# computer's has at its end.
_NOBODYS: Final = re.compile(
    r"(?:public|default(?:[ .]user|user\d+|apppool)?|all(?: users)?|administrator|guest|[a-z]{1,40}svc|scep)(?:\.[\w\-]+)*",
    re.IGNORECASE,
)


def find_folders(text: str) -> Iterator[Detection]:
    """Yield the names of people's profile folders in a folded text."""
    for match in _USERS.finditer(text):
        start = match.end()
        end = _end_of_name(text, start, match["quote"])
        if end > start and text[end : end + 1] != "$" and not _NOBODYS.fullmatch(text, start, end):
            yield Detection(start, end, "account")


def _end_of_name(text: str, start: int, quote: str) -> int:
    quoted = _QUOTED.match(text, start)
    spaced = _SPACED.match(text, start) or (quoted if quoted and quoted[2] == quote else None)
    if closed := spaced or _FOLDER.match(text, start):
        return closed.end(1)
    if word := _WORD.match(text, start):
        return start + len(word[0].rstrip("._-+&"))
    return name_at(text, start)
