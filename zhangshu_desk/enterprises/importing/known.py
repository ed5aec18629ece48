"""What the store knows before an import, in a shape that is quick to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields

UNDONE = "撤销导入："
"""How the reason of an enterprise begins that was voided by undoing an import."""


@dataclass(frozen=True)
class KnownContact:
    """A contact in use."""

    id: str
    fields: ContactFields


@dataclass(frozen=True)
class KnownEnterprise:
    """An enterprise of the store; `key` is what spellings of its name share, `former` are its earlier names."""

    id: str
    key: str
    fields: EnterpriseFields
    former: tuple[str, ...] = ()
    contacts: tuple[KnownContact, ...] = ()
    voided: bool = False
    void_reason: str = ""

    @property
    def revivable(self) -> bool:
        """Whether it was voided only because its import was undone."""
        return self.voided and self.void_reason.startswith(UNDONE)


class Snapshot:
    """All enterprises, found by code, by today's name and by earlier names."""

    def __init__(self, enterprises: Iterable[KnownEnterprise]) -> None:
        self.all = tuple(enterprises)
        self._by_code: dict[str, list[KnownEnterprise]] = defaultdict(list)
        self._by_name: dict[str, list[KnownEnterprise]] = defaultdict(list)
        self._by_former: dict[str, list[KnownEnterprise]] = defaultdict(list)
        for one in self.all:
            if one.fields.credit_code:
                self._by_code[one.fields.credit_code].append(one)
            self._by_name[one.key].append(one)
            for name in one.former:
                self._by_former[same_name_key(name)].append(one)

    def with_code(self, code: str) -> list[KnownEnterprise]:
        """Those with this (normalised) code; none for an empty one."""
        return self._by_code.get(code, []) if code else []

    def named(self, key: str) -> list[KnownEnterprise]:
        """Those whose name today has this key."""
        return self._by_name.get(key, [])

    def once_named(self, key: str) -> list[KnownEnterprise]:
        """Those one of whose earlier names has this key."""
        return self._by_former.get(key, [])
