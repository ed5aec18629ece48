"""What a batch can be made of: products of both families, and who may have labels of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.queries import rights
from zhangshu_desk.labels.queries.rights import TracedRow, UserRow
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.ui.pages.labels.chooser import Choice
from zhangshu_desk.ui.pages.labels.rights_part import words

_GROUPS = {Family.GI: "地理标志", Family.TRACE: "追溯产品"}


@dataclass(frozen=True)
class Offers:
    """Rights in use, and what they are of."""

    users: tuple[UserRow, ...]
    traced: tuple[TracedRow, ...]
    products: tuple[tuple[str, str, str], ...]

    def product_choices(self) -> list[Choice]:
        """Indications first, then traced products."""
        found = [Choice(key, name, route, _GROUPS[Family.GI]) for key, name, route in self.products]
        for one in self.traced:
            title = f"{one.form.name} {one.form.model}".strip()
            found.append(Choice(one.id, title, one.enterprise_name, _GROUPS[Family.TRACE]))
        return found

    def right_choices(self, product_id: str, today: date) -> list[Choice]:
        """Who may have labels of a product; of a traced one whose it is."""
        traced = next((one for one in self.traced if one.id == product_id), None)
        if traced is not None:
            return [Choice(traced.id, traced.enterprise_name)]
        return [_user(one, today) for one in self.users if one.form.gi_product_id == product_id]

    def is_gi(self, product_id: str) -> bool:
        """Whether a product is a geographical indication."""
        return any(key == product_id for key, _, _ in self.products)

    def product_of(self, right_id: str) -> str:
        """The product of a right; empty when it is not in use."""
        users = {one.id: one.form.gi_product_id for one in self.users}
        return users.get(right_id) or next((one.id for one in self.traced if one.id == right_id), "")

    def granted(self, right_id: str) -> int | None:
        """By the quotas of today."""
        return next((one.granted for one in self.users if one.id == right_id), None)


def offers(store: Store, now: int) -> Offers:
    """Read them. Meant for the database thread."""
    products = tuple((one.id, one.form.name, one.form.route) for one in rights.products(store))
    return Offers(rights.users(store, now), rights.traced(store), products)


def _user(one: UserRow, today: date) -> Choice:
    state, _ = words.user_hindrance(one, today)
    return Choice(one.id, one.form.enterprise_name, f"{state} · 余量 {words.left_words(one)} · {one.form.credit_code}")
