"""Reload of a team's own articles while the bot runs: when their files change, when a folder is gone, and when it is back."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.diagnosis import Sceptic
from bot.knowledge import KnowledgeError
from bot.knowledge.files import FileStates, file_states

logger = logging.getLogger(__name__)

_EXPECTED: Final = (KnowledgeError, OSError)


@dataclass(slots=True)
class KnowledgeReload:
    """Loop that looks at the folders every `poll` seconds, and reads them anew once a change has come to rest.

    A folder that cannot be read, or that is empty, as a share that is not mounted, changes nothing: what was read of it
    stays until it is back.
    """

    folders: Sequence[Path]
    # Reads all articles, shipped ones included, and learns their phrasings. Raises KnowledgeError when there are none.
    build: Callable[[], Sceptic]
    poll: float
    _away: set[Path] = field(init=False, default_factory=set)
    # The files as they were read last.
    _loaded: FileStates | None = field(init=False)

    def __post_init__(self) -> None:
        """Take the files as they are now for those that were read."""
        self._loaded = self._look()

    async def run(self, take: Callable[[Sceptic], None]) -> None:
        """Look until cancelled, and give what was read to `take`; without folders there is nothing to look at.

        After an error of another kind it may be run again: it has not forgotten that something changed.
        """
        seen = self._loaded
        while self.folders:
            await asyncio.sleep(self.poll)
            before, seen = seen, await asyncio.to_thread(self._look)
            # A file that is being written is looked at again.
            if seen is not None and seen != self._loaded and seen == before and await self._reload(seen, take):
                self._loaded = seen

    async def _reload(self, seen: FileStates, take: Callable[[Sceptic], None]) -> bool:
        """Read everything anew; False when it changed meanwhile, and is to be read again."""
        try:
            sceptic = await self._build()
        except _EXPECTED as error:
            if await asyncio.to_thread(self._look) != seen:
                return False
            logger.warning("the articles have changed and cannot be read; those from before stay: %s", error)
            return True
        if await asyncio.to_thread(self._look) != seen:
            return False
        take(sceptic)
        logger.info("articles read anew: %d", len(sceptic.knowledge.articles))
        return True

    async def _build(self) -> Sceptic:
        """Build in a thread that nobody waits for at the end: learning may take longer than a stop may."""
        built: Future[Sceptic] = Future()

        def build() -> None:
            built.set_running_or_notify_cancel()
            try:
                sceptic = self.build()
                # Learned here, so that no question waits for it.
                sceptic.words()
            except BaseException as error:  # noqa: BLE001 - whoever waits for the future has it
                built.set_exception(error)
            else:
                built.set_result(sceptic)

        threading.Thread(target=build, name="knowledge-reload", daemon=True).start()
        return await asyncio.wrap_future(built)

    def _look(self) -> FileStates | None:
        """Return the state of all files; None while a folder is away, which is said once."""
        found = {folder: file_states(folder) for folder in self.folders}
        away = {folder for folder, states in found.items() if not states}
        for folder in sorted(away - self._away):
            logger.warning("%s cannot be read or is empty; its articles stay as they are until it is back", folder)
        self._away = away
        return None if away else frozenset().union(*found.values())
