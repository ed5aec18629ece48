"""The report of use on paper."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY
from tests.store_fixtures import NINE
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, queries
from zhangshu_desk.labels.papers import report_html, report_title
from zhangshu_desk.labels.rules.cards import UserForm

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def test_the_report_has_every_user_with_both_balances(store: Store, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path)
    batch = shops.numbered(store, shop.form(quantity=100_000))
    shops.printed(store, batch)
    actions.hand_out(store, CLERK, batch, "陈晓梅", NINE, count=120)
    actions.report_use(store, CLERK, batch, NINE, used=90)
    html = report_html("樟树工作站", *YEAR, queries.year(store, 2026, NINE), NINE)

    assert "2026 年用标情况报告" in html
    assert "江西药都樟树药材有限公司<br>樟树吴茱萸（地理标志产品）" in html
    numbers = [1, 0, 200, 120, 0, 80, 0, 90, 0, 0, 30]
    assert "".join(f'<td align="right">{number}</td>' for number in numbers) in html
    assert "<td>平衡</td>" in html
    assert "陈晓梅" not in html  # nobody in person


def test_who_has_not_used_the_mark_for_two_years_is_reminded_of(store: Store, tmp_path: Path) -> None:
    shop = shops.open_shop(store, tmp_path)
    idle = make.enterprise(store, NINE, "阁皂山<合作社>", credit_code="93360982MA35K1XN7M")
    actions.add_user(store, HEAD, UserForm(shop.product, idle, TODAY - timedelta(days=800)), NINE)
    html = report_html("樟树工作站", *YEAR, queries.year(store, 2026, NINE), NINE)

    assert "连续两年未用标的提醒" in html
    assert "阁皂山&lt;合作社&gt;「樟树吴茱萸」" in html


def test_an_empty_period_says_so(store: Store) -> None:
    html = report_html("樟树工作站", date(2026, 3, 1), date(2026, 3, 31), (), NINE)

    assert "没有标签" in html
    assert report_title(date(2026, 3, 1), date(2026, 3, 31)) == "用标情况报告"
