"""Labels at the centre: a station that numbers batches, consumers that look labels up."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine

from tests.server.rig import Desk, Rig, call
from zhangshu_desk.labels.rules import codes
from zhangshu_server.verification import routes

DOMAIN = "q.example.cn"
PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; V2301A) AppleWebKit/537.36 Chrome/120 Mobile MicroMessenger/8.0.50",
    "Accept-Language": "zh-CN",
}
GI = {
    "family": "地理标志",
    "route": "地理标志产品",
    "product_name": "樟树吴茱萸",
    "enterprise_name": "樟树市示例中药材有限公司",
    "credit_code": "91360982MA35EXAMPL",
    "announcement_no": "2010年第14号",
    "standard_no": "DB36/T 123-2010",
    "spec": "250 g 袋装",
    "unit": "kg",
    "batch_no": "2026-11-01",
    "made_on": "2026-11-01",
    "place": "江西省樟树市",
    "state": "已编号",
    "operator_name": "王小明",
}
FURNITURE = {
    "family": "追溯",
    "product_name": "三门钢制文件柜",
    "model": "WJG-3",
    "enterprise_name": "江西示例金属家具有限公司",
    "credit_code": "91360982MA35EXAMPM",
    "standard_no": "GB/T 3325-2024",
    "gtin": "06901234567892",
    "batch_no": "B/2026+11",
    "made_on": "2026-11-20",
    "place": "樟树金属家具产业园",
    "state": "已编号",
}


def public(rig: Rig, engine: Engine | None = None) -> FastAPI:
    """What consumers reach of a centre."""
    app = FastAPI()
    routes.mount(app, routes.Surroundings(engine or rig.engine, rig.clock, rig.state_dir))
    return app


@dataclass
class Press:
    """A station that makes labels."""

    desk: Desk
    key: bytes
    batches: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def certify(self) -> None:
        """Hand the key to the centre."""
        offered = {"id": hashlib.sha256(self.key).hexdigest(), "key": base64.b64encode(self.key).decode()}
        self.desk.sync(label_key=offered)

    def batch(self, first: int, last: int, facts: Mapping[str, Any] = GI, **other: Any) -> str:
        """Number a batch; the centre hears of it with the next `sync`."""
        log = self.desk.log
        given = {"station_id": self.desk.id, **facts, **other}
        batch = log.insert("label_batches", **given).last_row
        log.insert("label_ranges", batch_id=batch, kind="LABEL", first=first, last=last, issued_at=log.now).end()
        self.batches[batch] = given
        return batch

    def fate(self, batch: str, first: int, last: int, fate: str, replaced_by: int | None = None) -> None:
        """Something happens to numbers of a batch."""
        log = self.desk.log
        log.insert(
            "label_exceptions",
            batch_id=batch,
            first=first,
            last=last,
            fate=fate,
            reason="试验",
            replaced_by=replaced_by,
            at=log.now,
            actor_name="王小明",
        ).end()

    def move(self, batch: str, move: str, first: int | None, last: int | None, day: str = "2026-11-22") -> None:
        """A line of the ledger."""
        log = self.desk.log
        log.insert(
            "label_moves", batch_id=batch, move=move, first=first, last=last, day=day, at=log.now, receiver="李小红"
        ).end()

    def path(self, serial: int, facts: Mapping[str, Any] | None = None) -> str:
        """Where the code on a label leads, without the domain; with the facts of its batch where it has a GTIN."""
        batch = facts or {}
        link = codes.link(self.key, DOMAIN, serial, str(batch.get("gtin", "")), str(batch.get("batch_no", "")))
        return link.removeprefix(f"https://{DOMAIN}")


@dataclass(frozen=True)
class Seen:
    """A page as somebody reads it: `tone` of the answer, its `title`, all its text."""

    response: httpx.Response
    tone: str
    title: str
    text: str

    @property
    def status(self) -> int:
        return self.response.status_code


def look(app: FastAPI, path: str, headers: Mapping[str, str] = PHONE, method: str = "GET", at: str = "") -> Seen:
    """Look something up as a phone does.

    Args:
        at: its address, behind a proxy that tells it.
    """
    given = dict(headers)
    answer = call(_from(app, at), method, path, headers=given)
    html = answer.text
    tone = re.search(r'class="answer (\w+)"', html)
    title = re.search(r"<h1>(.*?)<small", html)
    text = unescape(re.sub(r"<[^>]+>", " ", html.partition("<body>")[2]))
    return Seen(answer, tone[1] if tone else "", title[1] if title else "", re.sub(r"\s+", " ", text))


def look_at_once(app: FastAPI, looks: Iterable[tuple[str, Mapping[str, str], str]]) -> list[int]:
    """Many phones at the same time: (path, headers, address) of each; the statuses."""

    async def ask(path: str, headers: Mapping[str, str], at: str) -> int:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(_from(app, at)), base_url="https://centre"
        ) as client:
            return (await client.get(path, headers=dict(headers))).status_code

    async def everybody() -> list[int]:
        return await asyncio.gather(*(ask(*one) for one in looks))

    return asyncio.run(everybody())


def _from(app: FastAPI, address: str) -> Any:
    async def asked(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "client": (address or "203.0.113.9", 50_000)}, receive, send)

    return asked
