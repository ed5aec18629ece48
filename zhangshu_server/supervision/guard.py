"""Who may see the pages: cookies, sessions, and forms that only our own pages can have sent."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from zhangshu_desk.core.clock import Clock
from zhangshu_server import admins

COOKIE = "__Host-zhangshu"
_LOGIN_COOKIE = "__Host-zhangshu-login"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
"""On every answer of the pages."""


class Turned(Exception):
    """The request is not answered by its page but by `response`."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class Visitor:
    """Who asks: the login and token of the session, and what its forms must bring back."""

    login: str
    csrf: str
    token: str


def visitor(request: Request, engine: Engine, clock: Clock) -> Visitor:
    """Who is logged in. Raises `Turned` to the log-in page."""
    token = request.cookies.get(COOKIE, "")
    found = admins.session(engine, token, clock.now()) if token else None
    if found is None:
        raise Turned(RedirectResponse(f"{request.scope['root_path']}/login", 303))
    return Visitor(found.login, found.csrf, token)


def is_ours(request: Request, expected: str, given: str) -> bool:
    """Whether a form came from a page of ours: its secret fits, and the browser names no other site."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode()) and site in ("same-origin", "none")


def login_form_secret(request: Request) -> str:
    """What the log-in form must bring back, kept in a cookie because there is no session yet."""
    return request.cookies.get(_LOGIN_COOKIE, "")


def give_login_form_secret(response: Response, secret: str) -> None:
    """Keep the log-in form's secret in the browser."""
    response.set_cookie(_LOGIN_COOKIE, secret, **_FLAGS)


def new_secret() -> str:
    """A secret for a form."""
    return secrets.token_urlsafe(24)


def give_session(response: Response, token: str) -> None:
    """Keep the session in the browser, until it is closed."""
    response.set_cookie(COOKIE, token, **_FLAGS)
    response.delete_cookie(_LOGIN_COOKIE, **_FLAGS)


def take_session(response: Response) -> None:
    """Make the browser forget the session."""
    response.delete_cookie(COOKIE, **_FLAGS)


_FLAGS: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "strict"}
