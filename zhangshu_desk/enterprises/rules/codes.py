"""What is wrong with a credit code, in words; and what its first two places say of its holder."""

from __future__ import annotations

from functools import lru_cache

from zhangshu_desk.core.identifiers import CreditCodeProblem, check_credit_code

_WORDS = {
    "empty": "没有统一社会信用代码",
    "length": "信用代码应为 {expected} 位，现有 {found} 位",
    "alphabet": "信用代码中有不会出现的字符「{found}」（不使用 I、O、S、V、Z）",
    "region": "信用代码第 3 至 8 位应为数字，现为「{found}」",
    "check": "信用代码第 18 位校验不符（现为 {found}，按前 17 位应为 {expected}）",
    "organisation": "信用代码第 17 位校验不符（现为 {found}，按组织机构代码应为 {expected}）",
}
_LONGEST_SHOWN = 20

# GB 32100—2015 table 2: place 1 the registering authority, place 2 the class of the holder.
_HOLDERS = {
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "11": "机关",
    "12": "事业单位",
    "13": "群众团体",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
}


@lru_cache(4096)
def code_problem(code: str) -> str:
    """What is wrong with a credit code, as one sentence without a full stop; empty when it is right.

    Any registration region is accepted: places 3 to 8 say where the holder was first registered, never where it is.
    """
    check = check_credit_code(code)
    if check.ok:
        return ""
    words = "；".join(_say(one) for one in check.problems)
    return f"{words}；是否应为 {check.suggestion}" if check.suggestion else words


def _say(problem: CreditCodeProblem) -> str:
    return _WORDS[problem.code].format(found=problem.found[:_LONGEST_SHOWN], expected=problem.expected)


def kind_of_code(code: str) -> str:
    """What kind of holder a credit code speaks of (`个体工商户`), empty when it does not say."""
    return _HOLDERS.get(code[:2], "")
