"""The address that links on labels begin with: `host[:port][/prefix]`, a setting of the site."""

from __future__ import annotations

import re

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Values

DEFAULT_DOMAIN = Values.label_domain
"""Leads nowhere; shown as 待设置 until the site has a domain of its own."""
LONGEST = 60
"""A longer one would not leave room for a code that still scans."""

_HOST_PART = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# A part of only digits could be taken for an application identifier, one of only dots for a way up.
_PREFIX_PART = r"(?!\d+(?:/|\Z))(?!\.+(?:/|\Z))[A-Za-z0-9._~-]+"
_SHAPE = re.compile(
    rf"(?P<host>{_HOST_PART}(?:\.{_HOST_PART})*)(?::(?P<port>[1-9][0-9]{{0,4}}))?(?P<prefix>(?:/{_PREFIX_PART})*)"
)


def checked_domain(text: str) -> str:
    """The address as it is written into codes: host in lower case, the prefix as it is, no slash at the end.

    Raises:
        DeskError: `label.domain`; also with `https://` in front, in Chinese, or too long.
    """
    host, slash, prefix = text.strip().rstrip("/").partition("/")
    domain = host.lower() + slash + prefix
    found = _SHAPE.fullmatch(domain)
    if found is None or len(domain) > LONGEST or int(found["port"] or 0) > 65_535:
        raise DeskError("label.domain", domain=text, most=LONGEST)
    return domain
