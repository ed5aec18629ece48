"""A made-up park of a million searchable records, the same every time, in the index and in plain columns beside it."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from zhangshu_desk.core import pinyin
from zhangshu_desk.core.identifiers.credit_code import ALPHABET
from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.db import search
from zhangshu_desk.db.search import SearchSource
from zhangshu_desk.db.search.index import Document

RECORDS = 1_000_000
ROOT = Path(__file__).resolve().parents[2]
RECIPE = 1
"""Raise it when other records are made up."""

PLACES = ("江西", "江西省", "樟树市", "樟树", "江西樟树", "宜春", "宜春市", "南昌", "佛山市", "浙江")
TRADES = (
    "金属家具",
    "办公家具",
    "钢制家具",
    "校具",
    "图书设备",
    "密集架",
    "档案装具",
    "保险设备",
    "安全设备",
    "货架制造",
    "五金制品",
    "智能科技",
    "喷涂科技",
    "文化教育设备",
    "实业",
    "金属制品",
)
FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "厂", "制品厂", "经营部")
BRAND_CHARACTERS = (
    "鼎盛华美宏远新宇永兴恒泰富源金阁锦湖百川海博大旭日东升明珠星光药都清江袁河阁山四方六合国强天静诚安立信鸿运"
    "嘉禾祥和瑞丰创辉广正五洲三皇宫洋万里长城重庆行健乐业德润昌龙腾飞达通顺隆裕康宁祺凯越雅格林森木石磊鑫森淼"
    "航宸晟睿智慧联众邦友佳艺匠心独运品优質源茂荣耀辉煌卓越精工力拓展翔凌云峰岭南北京上善若水厚朴曾单解盖"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤聂单解仇查区"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀英霞平刚桂兰文斌志国建华小红冬生水根木春梅海波金花玉婷宇浩然子轩梓涵欣怡"
    "诗雨晨曦俊熙泽豪博文嘉懿思远佳琪雪莲长青乐重行朝晖"
)
GROUPS = "ABCDEZSJ"


def documents(count: int = RECORDS) -> Iterator[Document]:
    """`count` records: a quarter enterprises, a good third people, the rest tickets, mixed as they would come in."""
    dice = random.Random(20261123)
    for number in range(count):
        row_id = f"01930000-0000-7000-8000-{number:012x}"
        share = dice.random()
        if share < 0.25:
            name, code = enterprise_name(dice), credit_code(dice)
            yield "enterprise", row_id, name, code, SearchSource((name,), (code,))
        elif share < 0.6:
            name, phone = person_name(dice), mobile(dice)
            yield "person", row_id, mask_name(name), mask_phone(phone), SearchSource((name,), (phone,))
        else:
            name, phone, ticket = person_name(dice), mobile(dice), ticket_number(dice)
            yield "ticket", row_id, ticket, mask_name(name), SearchSource((name,), (phone,), (ticket,))


def enterprise_name(dice: random.Random) -> str:
    """A name of 8 to 17 characters."""
    brand = "".join(dice.choice(BRAND_CHARACTERS) for _ in range(dice.choice((2, 2, 2, 3))))
    return dice.choice(PLACES) + brand + dice.choice(TRADES) + dice.choice(FORMS)


def person_name(dice: random.Random) -> str:
    """A surname and one or two characters."""
    return dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))


def mobile(dice: random.Random) -> str:
    """Eleven digits."""
    return f"1{dice.choice('35789')}{dice.randrange(10**9):09d}"


def credit_code(dice: random.Random) -> str:
    """A code of the park's region; its check characters are as good as any for searching."""
    return dice.choice(("91360982MA", "91360982MA", "92360982MA", "91360900MA")) + "".join(
        dice.choice(ALPHABET) for _ in range(8)
    )


def ticket_number(dice: random.Random) -> str:
    """`A001` to `S180`."""
    return f"{dice.choice(GROUPS)}{dice.randrange(1, 181):03d}"


def engine() -> Engine:
    """The database under build/bench, made when it is not there or was made by other rules."""
    path = ROOT / "build" / "bench" / f"million-{RECIPE}-{search.index_version()}.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        _build(unfinished)
        unfinished.rename(path)
    return create_engine(f"sqlite:///{path}")


def _build(path: Path) -> None:
    started = time.perf_counter()
    building = create_engine(f"sqlite:///{path}")
    with Session(building) as session:
        session.execute(text("PRAGMA journal_mode=OFF"))
        for statement in search.SCHEMA:
            session.execute(text(statement))
        search.rebuild(session, documents())
        session.commit()
        print(f"index of {RECORDS:,} records built in {time.perf_counter() - started:.0f} s", flush=True)
        _add_plain_columns(session)
        session.commit()
    building.dispose()
    size = path.stat().st_size / 2**20
    print(f"with plain columns beside it {time.perf_counter() - started:.0f} s, {size:.0f} MiB", flush=True)


def _add_plain_columns(session: Session) -> None:
    """The same records as one would search them without an index: columns for `LIKE '%…%'`."""
    session.execute(
        text(
            "CREATE TABLE plain (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, initials TEXT, spelled TEXT, code TEXT)"
        )
    )
    rows = []
    for number, (kind, _, _, _, source) in enumerate(documents(), 1):
        name = source.names[0]
        rows.append(
            {
                "id": number,
                "kind": kind,
                "name": name,
                "initials": pinyin.initials(name),
                "spelled": pinyin.spell(name).replace(" ", ""),
                "code": " ".join((*source.codes, *source.numbers)),
            }
        )
    session.execute(text("INSERT INTO plain VALUES (:id, :kind, :name, :initials, :spelled, :code)"), rows)


if __name__ == "__main__":
    engine().dispose()
    sys.exit()
