"""The rules of secrets.toml: each has its source, is tried where it can match, and finds tokens put together here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import bot.privacy
from bot.privacy import find_secrets
from bot.privacy.rules import RULES

WRITTEN = tomllib.loads(Path(bot.privacy.__file__).with_name("secrets.toml").read_text(encoding="utf-8"))
HEX, MIXED = "0418ab" * 12, "TeaPot418x" * 12

# A token of each vendor; cut in two, so that nobody's scanner takes this file for a leak.
TOKENS = {
    "AWS": "AKI" + "AIOSFODNN7EXAMPLE",
    "AWS, temporary": "ASI" + "A418TEAPOT418TEAP",
    "GitHub": "gh" + "p_" + MIXED[:36],
    "GitHub OAuth": "gh" + "o_" + MIXED[:36],
    "GitHub server": "gh" + "s_" + MIXED[:36],
    "GitHub fine-grained": "github" + "_pat_" + MIXED[:22] + "_" + MIXED[:59],
    "GitLab": "glp" + "at-" + MIXED[:20],
    "GitLab runner": "glr" + "t-" + MIXED[:20],
    "GitLab registration": "GR13" + "48941" + MIXED[:20],
    "Slack configuration": "xo" + "xe.xoxp-1-" + MIXED[:60],
    "Slack cookie": "xo" + "xd-" + MIXED[:60],
    "Azure storage": MIXED[:76] + "+A" + "St" + "TeaPo" + "Q==",
    "Azure Cosmos DB": MIXED[:76] + "AC" + "Db" + "TeaPo" + "Q==",
    "Azure functions": MIXED[:44] + "Az" + "Fu" + "TeaPo" + "Q==",
    "Azure DevOps": MIXED[:76] + "AZ" + "DO" + "TeaP",
    "Google": "AI" + "za" + MIXED[:35],
    "Google OAuth": "GOC" + "SPX-" + MIXED[:28],
    "Stripe": "sk_" + "live_" + MIXED[:24],
    "Stripe, restricted": "rk_" + "test_" + MIXED[:24],
    "OpenAI": "sk" + "-" + MIXED[:20] + "T3BlbkFJ" + MIXED[:20],
    "OpenAI project": "sk" + "-proj-" + MIXED[:60],
    "Anthropic": "sk" + "-ant-api03-" + MIXED[:60],
    "Hugging Face": "hf" + "_" + MIXED[:34],
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + MIXED[:60],
    "npm": "np" + "m_" + MIXED[:36],
    "Docker Hub": "dckr" + "_pat_" + MIXED[:27],
    "SendGrid": "S" + "G." + MIXED[:22] + "." + MIXED[:43],
    "Mailgun": "ke" + "y-" + HEX[:32],
    "Telegram": "4184184180:" + "AA" + MIXED[:33],
    "HashiCorp Vault": "hv" + "s." + MIXED[:30],
    "Databricks": "da" + "pi" + HEX[:32],
    "DigitalOcean": "do" + "p_v1_" + HEX[:64],
    "Grafana": "gl" + "sa_" + MIXED[:32] + "_" + HEX[:8],
    "Atlassian": "ATA" + "TT3" + MIXED[:60],
    "Entra ID": "TeA8" + "Q~" + MIXED[:34],
    "web token": "ey" + "J0ZWFwb3QiOiI0MTgifQ." + MIXED[:30] + "." + MIXED[:30],
    "PuTTY": f"PuTTY-User-Key-File-{3}: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n{MIXED[:48]}\nPrivate-MAC: {HEX[:64]}",
}
FRAMES = (
    "{}",
    "fixed by putting {} in the environment",
    "我用 {} 登入，還是 401",
    "キー{}を外してください",
    "der Schlüssel {} steht im Skript",
    "key={}",
    '"value": "{}",',
    "<{}>",
)


@pytest.mark.parametrize("vendor", TOKENS)
def test_a_vendors_token_is_found_in_any_sentence(vendor: str) -> None:
    """Its own form gives it away: no label, in any language, and whole."""
    token = TOKENS[vendor]
    for frame in FRAMES:
        found = [each.value for each in find_secrets(frame.format(token))]
        assert len(found) == 1, frame
        assert token in found[0], frame


@pytest.mark.parametrize("vendor", [name for name in TOKENS if name != "PuTTY"])
def test_a_vendors_prefix_with_nothing_behind_it_is_no_token(vendor: str) -> None:
    """Documents write the prefix alone, or fill it up."""
    prefix = TOKENS[vendor][:4]

    assert find_secrets(f"it begins with {prefix}") == ()
    assert find_secrets(f"{prefix}{'x' * 40}") == ()
    assert find_secrets(f"{prefix}…") == ()


def test_every_rule_names_its_source() -> None:
    """A prefix that nobody publishes is a guess."""
    rows = [*WRITTEN["form"], *WRITTEN["command"]]

    assert [row for row in rows if not re.match(r"https://\S+$|the phrase itself", row["source"])] == []
    assert len(rows) == len(RULES.forms)


def test_every_hint_is_in_small_letters() -> None:
    """A hint is looked for in the text in small letters; a capital would switch its rule off."""
    assert [hint for form in RULES.forms for hint in form.hints if hint != hint.lower()] == []
    assert [form.pattern.pattern for form in RULES.forms if not form.hints] == []


@pytest.mark.parametrize("row", WRITTEN["label"], ids=lambda row: row["words"][0])
def test_every_label_holds_a_stem(row: dict[str, list[str]]) -> None:
    """A label without a stem in it is never looked for; its plainest spelling shows whether it has one."""
    for words in row["words"]:
        plain = re.sub(r"\(\?<?[!=][^()]*\)", "", words)
        while "(?:" in plain:
            plain = re.sub(r"\(\?:([^()|]*)[^()]*\)\??", r"\1", plain)
        plain = re.sub(r"\[\\w \\-\]\{0,16\}\?|\\d|\?", "", plain)
        plain = re.sub(r"\[([^\]\\])[^\]]*\]", r"\1", plain).replace("\\", "")
        assert RULES.labels.stems.search(plain), words
