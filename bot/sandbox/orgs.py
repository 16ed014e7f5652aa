"""Enterprise Grid organisations of the sandbox, for tests."""

from pathlib import Path

from .actions.install import add_installation
from .actions.uninstall import remove_app
from .delivery.events import announce
from .state.errors import SandboxError
from .state.local_slack import LocalSlack
from .state.workspace import Enterprise
from .team import Team


class Org:
    """Organisation, empty until `add_workspace`; `slack.add_org(name)` makes one.

    The app is installed either in each workspace, with a token of its own (payloads then
    name the organisation), or, with `org_wide`, in all of them by one token and one bot
    user: `is_enterprise_install` is true, and an app has to look things up by `enterprise_id`.
    """

    def __init__(self, first: LocalSlack, name: str, org_wide: bool) -> None:
        if org_wide and not first.manifest.org_deploy:
            raise SandboxError("the manifest does not say settings.org_deploy_enabled: the app cannot be org-wide.")
        number = len({each.enterprise_id for each in first.installations})
        domain = "".join(each for each in name.lower() if each.isalnum())
        self._enterprise = Enterprise(f"E{number}SANDBOX01", name, domain)
        self._first = first
        self._org_wide = org_wide
        # Workspaces of the organisation, in the order they were added.
        self.workspaces: list[Team] = []

    @property
    def enterprise_id(self) -> str:
        """ID of the organisation."""
        return self._enterprise.enterprise_id

    @property
    def bot_token(self) -> str:
        """Latest token of an org-wide app."""
        return self._installation().tokens.current

    def add_workspace(self, name: str, workspace: Path | None = None, *, installed: bool = True) -> Team:
        """Add a workspace to the organisation, with people and channels of its own.

        Without `installed` the app is not in it. An org-wide app receives team_access_granted.
        """
        sibling = self.workspaces[0]._slack if self._org_wide and self.workspaces else None
        slack = add_installation(
            self._first,
            workspace,
            name,
            enterprise=self._enterprise,
            sibling=sibling,
            org_wide=self._org_wide,
            installed=installed,
        )
        self.workspaces.append(Team(slack))
        if self._org_wide and installed:
            granted = {"type": "team_access_granted", "team_ids": [slack.workspace.team_id]}
            announce(slack, {**granted, "event_ts": slack.clock.next_ts()})
        return self.workspaces[-1]

    async def authorize(self) -> str:
        """Allow the app into the whole organisation, as an admin does; return the code for oauth.v2.access."""
        return self._installation().tokens.issue_code()

    async def uninstall(self) -> None:
        """Remove an org-wide app from the organisation: app_uninstalled and tokens_revoked follow, and no token stays valid.

        `Team.uninstall` removes it from one workspace only.
        """
        remove_app(self._installation())

    def _installation(self) -> LocalSlack:
        if not self._org_wide or not self.workspaces:
            raise SandboxError("this needs an organisation with org_wide=True and a workspace in it.")
        return self.workspaces[0]._slack
