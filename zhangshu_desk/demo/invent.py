"""Invented firms and people; nothing here is meant to exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhangshu_desk.core.identifiers import check_credit_code

_BEFORE = ("江西", "江西", "江西", "樟树市", "樟树市", "宜春")
_MARKS = """
    云柏 禾畴 瑞岑 青垄 澄石 沐峰 恒橡 启楠 川禾 柏舟 廷玉 广岑 锐垣 昭林 森屿 砺金 源杉 骏桦
    卓槿 合榆 嘉梧 宏桉 益楸 泰椿 博椴 明楷 佳柚 新栎 永桐 盛枫 德樾 正柯 欣榕 润梓 鼎榛 安檀
    华椒 金栌 银杏林 龙湾 凤岭 药都港 赣岸 袁水 阁山 双溪 蒙岭 肖岗 临岸 昌堤 樟岸 永岗
"""
_MARK = _MARKS.split()
_TRADES = (
    ("金属家具", "金属家具制造"),
    ("金属家具", "金属家具制造"),
    ("保险柜", "金属保险柜制造"),
    ("办公家具", "金属家具制造"),
    ("智能设备", "其他金属制日用品制造"),
    ("钢木家具", "木质家具制造"),
    ("货架", "金属结构制造"),
    ("校具", "金属家具制造"),
    ("密集架", "金属家具制造"),
    ("防盗门", "金属门窗制造"),
    ("五金", "建筑装饰及水暖管道零件制造"),
    ("粉末涂料", "涂料制造"),
    ("包装材料", "纸和纸板容器制造"),
    ("物流", "道路货物运输"),
)
_ENDS = (
    "有限公司",
    "有限公司",
    "有限公司",
    "制造有限公司",
    "实业有限公司",
    "科技有限公司",
    "厂（普通合伙）",
    "股份有限公司",
)
_STREETS = (
    "城北工业园药都大道",
    "城北工业园四特大道",
    "福城工业园盐城大道",
    "张家山街道创业路",
    "观上镇工业小区",
    "洋湖乡环园路",
)
_SURNAMES = "陈聂熊黄邹皮杨徐刘李王张胡付罗丁敖单曾仇郭周吴谢彭蔡尹廖游况"
_GIVEN = "明华建国志强秀兰文斌海燕小勇丽萍永红伟民春花国平雪梅俊杰美玲金根桂香宗胜雅琴子轩嘉怡宇航思远"
_ROLES = ("行政", "质检", "办公室主任", "财务", "生产厂长", "体系专员", "业务")


@dataclass(frozen=True)
class Person:
    """Somebody who comes to the desk."""

    name: str
    phone: str
    role: str


@dataclass(frozen=True)
class Firm:
    """An enterprise of the park and its people, the main contact first."""

    name: str
    credit_code: str
    kind: str
    address: str
    region: str
    industry: str
    owner: str
    founded_on: date
    people: tuple[Person, ...]


def firms(dice: Random, number: int, today: date) -> list[Firm]:
    """So many firms, no two of one name."""
    names: dict[str, None] = {}  # in the order they were made up, which a set would not keep
    while len(names) < number:
        names[_name(dice, len(names))] = None
    return [_firm(dice, name, today) for name in names]


def person(dice: Random) -> Person:
    """Somebody; the phone numbers have 0000 in the middle, which no operator hands out."""
    given = "".join(dice.sample(_GIVEN, dice.choice((1, 2, 2))))
    phone = f"1{dice.choice('35789')}{dice.randrange(10)}0000{dice.randrange(10_000):04d}"
    return Person(dice.choice(_SURNAMES) + given, phone, dice.choice(_ROLES))


def _name(dice: Random, taken: int) -> str:
    mark = dice.choice(_MARK)
    if taken >= 2_000:  # so many that two marks are needed to tell them apart
        mark += dice.choice(_MARK)
    return dice.choice(_BEFORE) + mark + dice.choice(_TRADES)[0] + dice.choice(_ENDS)


def _firm(dice: Random, name: str, today: date) -> Firm:
    industry = next(words for trade, words in _TRADES if trade in name)
    street = dice.choice(_STREETS)
    people = tuple(person(dice) for _ in range(dice.choice((1, 1, 1, 2, 3))))
    return Firm(
        name=name,
        credit_code=credit_code(dice),
        kind="股份有限公司" if "股份" in name else "普通合伙企业" if "合伙" in name else "有限责任公司",
        address=f"江西省宜春市樟树市{street}{dice.randrange(1, 300)}号",
        region="樟树市",
        industry=industry,
        owner=people[0].name if dice.random() < 0.4 else person(dice).name,
        founded_on=today - timedelta(days=dice.randrange(200, 9_000)),
        people=people,
    )


def credit_code(dice: Random) -> str:
    """A credit code whose check characters are right (GB 32100—2015)."""
    code = f"91360982MA{dice.randrange(10**6):06d}00"
    for _ in range(2):  # the 17th character first, then the 18th that covers it
        for problem in check_credit_code(code).problems:
            if problem.code == "organisation":
                code = code[:16] + problem.expected + code[17:]
        for problem in check_credit_code(code).problems:
            if problem.code == "check":
                code = code[:17] + problem.expected
    return code
