"""Injected faults: failures between an app and Slack, for the calls that a test picks."""

import asyncio
import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

FaultKind = Literal[
    "ratelimited", "server_error", "reset_after_read", "never_answers", "slow_body", "half_json", "drop_mid_envelope"
]


@dataclass(slots=True, kw_only=True)
class InjectedFault:
    """Fault in force; `hits` counts the calls it has hit. See `Faults.add` for the fields."""

    method: str
    kind: FaultKind
    times: int | None
    share: float
    workspace: str
    retry_after: int
    status: int
    work_done: bool
    seconds: float
    hits: int = 0

    @property
    def does_the_work(self) -> bool:
        """True when Slack carries the call out before its answer is spoiled; a slow answer is a true one."""
        return self.work_done or self.kind == "slow_body"

    def fits(self, method: str, workspaces: tuple[str, ...]) -> bool:
        """Tell if this call may be hit: method and workspace match, and hits are left."""
        worn = self.times is not None and self.hits >= self.times
        return not worn and fnmatchcase(method, self.method) and self.workspace in ("", *workspaces)


@dataclass(slots=True)
class Faults:
    """Set of faults in force. The calls that a `share` hits are the same in each run."""

    # Set when the sandbox ends, which releases hanging calls.
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _faults: list[InjectedFault] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - repeatable, no secret

    def add(
        self,
        method: str = "*",
        kind: FaultKind = "server_error",
        *,
        times: int | None = None,
        share: float = 1.0,
        workspace: str = "",
        retry_after: int = 1,
        status: int = 503,
        work_done: bool = False,
        seconds: float = 1.0,
    ) -> InjectedFault:
        """Make calls fail from now on; the fault counts its `hits`.

        `method` is a method's name, "response_url", or a pattern such as "chat.*"; for
        `drop_mid_envelope` (Socket Mode) it is events_api, slash_commands or interactive.
        `times` limits the hits, `share` (0 to 1) picks among the calls, `workspace` is a
        team's ID or name (on sockets: its ID). `retry_after` seconds belong to `ratelimited`, `status` to
        `server_error`, `seconds` to `slow_body`; `half_json` is an answer of 200 that ends in
        its middle. With `work_done` Slack does what was asked and only its answer is lost or
        spoiled, so that an app that calls again does it twice.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"share is a part of the calls, from 0 to 1, not {share}")
        fault = InjectedFault(
            method=method,
            kind=kind,
            times=times,
            share=share,
            workspace=workspace,
            retry_after=retry_after,
            status=status,
            work_done=work_done,
            seconds=seconds,
        )
        self._faults.append(fault)
        return fault

    def remove(self, fault: InjectedFault) -> None:
        """Remove a fault."""
        self._faults.remove(fault)

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def take_fault(self, method: str, *workspaces: str, on_socket: bool = False) -> InjectedFault | None:
        """Find the first fault that hits this call, and count the hit; None when there is none."""
        for fault in self._faults:
            if (fault.kind == "drop_mid_envelope") is not on_socket or not fault.fits(method, workspaces):
                continue
            if fault.share == 1 or self._chance.random() < fault.share:
                fault.hits += 1
                return fault
        return None
