"""Whether an enterprise may be one that is already there."""

from zhangshu_desk.enterprises.rules import Known, Why, duplicate_of, is_certain, ranked

KNOWN = Known("1", "江西省博大智能科技有限公司", "91360982000000019L", ("樟树市锦湖校具厂",))


def test_the_same_code_is_the_surest() -> None:
    hit = duplicate_of(KNOWN, "另一个名称", "91360982000000019L")

    assert hit is not None
    assert (hit.why, hit.words, is_certain(hit)) == (Why.SAME_CODE, "信用代码相同", True)


def test_blanks_and_width_make_no_other_name() -> None:
    hit = duplicate_of(KNOWN, "江西省 博大智能科技　有限公司", "")

    assert hit is not None
    assert (hit.why, is_certain(hit)) == (Why.SAME_NAME, True)


def test_a_former_name_and_a_similar_one_are_pointed_out_only() -> None:
    former = duplicate_of(KNOWN, "樟树市锦湖校具厂", "")
    similar = duplicate_of(KNOWN, "江西博大智能科技有限责任公司", "")

    assert former is not None
    assert similar is not None
    assert (former.why, former.words) == (Why.FORMER_NAME, "曾用名相同（樟树市锦湖校具厂）")
    assert (similar.why, is_certain(former), is_certain(similar)) == (Why.SIMILAR_NAME, False, False)


def test_another_name_is_no_duplicate_and_no_code_equals_no_code() -> None:
    assert duplicate_of(KNOWN, "宜春五星实业有限责任公司", "") is None
    assert duplicate_of(Known("2", "甲厂"), "乙公司", "") is None
    assert duplicate_of(Known("2", "甲厂"), "", "") is None


def test_voided_ones_come_last_and_need_no_reason() -> None:
    voided = Known("0", KNOWN.name, KNOWN.credit_code, voided=True)

    found = ranked([voided, KNOWN], KNOWN.name, KNOWN.credit_code)

    assert [(hit.id, is_certain(hit)) for hit in found] == [("1", True), ("0", False)]
    assert found[1].words == "信用代码相同，已作废"
