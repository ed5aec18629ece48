"""GTINs and GS1 Digital Links: check digits, order, encoding, and what is refused."""

import contextlib
import random
import string
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import gs1
from zhangshu_desk.labels.rules.domains import checked_domain
from zhangshu_desk.labels.rules.gs1 import (
    BATCH,
    CHARACTERS,
    EXPIRY,
    GTIN,
    SERIAL,
    VARIANT,
    checked_gtin,
    digital_link,
    parse_digital_link,
)

DOMAIN = "label.example.cn"
ONE = "06901234567892"
EVERYTHING = {GTIN: "6901234567892", VARIANT: "2A", BATCH: "ABC/12", SERIAL: "x_y-z", EXPIRY: "261231"}

bodies = st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))
gtins = bodies.filter(lambda body: body.strip("0")).map(lambda body: body + gs1.check_digit(body))
words = st.text(CHARACTERS, min_size=1, max_size=20).filter(lambda word: word not in (".", ".."))
expiries = st.dates().map(lambda day: day.strftime("%y%m%d"))
optional = {VARIANT: words, BATCH: words, SERIAL: words, EXPIRY: expiries}
values = st.fixed_dictionaries({GTIN: gtins}, optional=optional)
domains = st.sampled_from(
    [DOMAIN, "t.cn", "label.example.cn:8443", "label.example.cn/zs/q-1", "10.0.0.7:8443/10/a"][:4]
)


def refused(uri: str) -> DeskError:
    with pytest.raises(DeskError) as caught:
        parse_digital_link(uri)
    return caught.value


@pytest.mark.parametrize(
    ("written", "padded"),
    [
        ("6901234567892", ONE),
        ("06901234567892", ONE),
        ("96385074", "00000096385074"),
        ("614141000036", "00614141000036"),
        ("09506000134352", "09506000134352"),
        ("16901234567899", "16901234567899"),
        (" ６９０１２３４５６７８９２ ", ONE),
        ("690 1234 56789 2", ONE),
    ],
)
def test_a_gtin_is_padded_to_fourteen(written: str, padded: str) -> None:
    assert checked_gtin(written) == padded


@pytest.mark.parametrize("written", ["", "690123456789", "1", "690123456789A", "0" * 13, "٦٩٠١٢٣٤٥٦٧٨٩٢", "1" * 15])
def test_what_is_no_gtin_is_refused(written: str) -> None:
    with pytest.raises(DeskError) as caught:
        checked_gtin(written)

    assert caught.value.code in ("label.gtin_digits", "label.gtin_check")


def test_the_right_check_digit_is_named() -> None:
    with pytest.raises(DeskError) as caught:
        checked_gtin("6901234567893")

    assert caught.value.code == "label.gtin_check"
    assert "应为 2" in str(caught.value)


@given(bodies)
def test_the_check_digit_agrees_with_stdnum(body: str) -> None:
    assert gs1.check_digit(body) == ean.calc_check_digit(body)


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(gtin: str, place: int, more: int) -> None:
    at = place % len(gtin)
    wrong = gtin[:at] + str((int(gtin[at]) + more) % 10) + gtin[at + 1 :]

    with pytest.raises(DeskError):
        checked_gtin(wrong)


def test_the_character_set_has_82_characters() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS) == 82


def test_a_link_as_the_standard_writes_it() -> None:
    expected = f"https://{DOMAIN}/01/{ONE}/22/2A/10/ABC%2F12/21/x_y-z?17=261231"

    assert digital_link(DOMAIN, EVERYTHING) == expected


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(given_values: dict[str, str], chance: random.Random) -> None:
    shuffled = list(given_values.items())
    chance.shuffle(shuffled)

    assert digital_link(DOMAIN, dict(shuffled)) == digital_link(DOMAIN, given_values)


@given(domains, values)
def test_a_link_says_what_went_in(domain: str, given_values: dict[str, str]) -> None:
    link = parse_digital_link(digital_link(domain, given_values))

    assert link.domain == domain
    assert link.values == {**given_values, GTIN: given_values[GTIN].zfill(14)}


@given(domains, values)
def test_a_link_is_a_plain_uri_with_its_keys_in_order(domain: str, given_values: dict[str, str]) -> None:
    uri = urlsplit(digital_link(domain, given_values))
    keys = uri.path.removeprefix("/" + domain.partition("/")[2]).strip("/").split("/")

    assert set(uri.path) <= set(string.ascii_letters + string.digits + "-._~%/")
    assert keys[::2] == [one for one in (GTIN, VARIANT, BATCH, SERIAL) if one in given_values]
    assert [unquote(one) for one in keys[3::2]] == [given_values[one] for one in keys[2::2]]


@pytest.mark.parametrize(
    "query",
    ["17=261231", "linkType=gs1:pip&17=261231", "17=261231&3103=000195", "a;17=261231;b=10", "17=261231#x?10=1"],
)
def test_other_attributes_are_passed_over_wherever_they_stand(query: str) -> None:
    link = parse_digital_link(f"https://{DOMAIN}/01/{ONE}/10/A1?{query}")

    assert link.values == {GTIN: ONE, BATCH: "A1", EXPIRY: "261231"}


def test_a_shorter_gtin_in_a_link_is_padded() -> None:
    assert parse_digital_link("HTTP://Label.example.CN/01/6901234567892") == gs1.DigitalLink(DOMAIN, {GTIN: ONE})


def test_keys_are_told_from_a_prefix_and_from_values_that_look_like_keys() -> None:
    link = parse_digital_link(f"https://{DOMAIN}/zs/v22/01/{ONE}/10/01/21/10")

    assert link.domain == f"{DOMAIN}/zs/v22"
    assert link.values == {GTIN: ONE, BATCH: "01", SERIAL: "10"}


@pytest.mark.parametrize(
    ("path", "code", "field"),
    [
        ("/01/06901234567893", "label.gtin_check", ""),
        ("/01/ABC", "label.gtin_digits", ""),
        ("/01/%E6%A8%9F", "label.gtin_digits", ""),
        ("/01/6901234%20567892", "label.gtin_digits", ""),
        ("", "label.gs1_link", "GTIN"),
        ("/", "label.gs1_link", "GTIN"),
        ("/01", "label.gs1_link", "GTIN"),
        (f"/01/{ONE}/", "label.gs1_link", "GTIN"),
        (f"/01/{ONE}/10", "label.gs1_link", "GTIN"),
        (f"/01/{ONE}/99/x", "label.gs1_link", "GTIN"),
        ("/10/A1/21/7", "label.gs1_link", "GTIN"),
        (f"/10/A1/01/{ONE}", "label.domain", ""),
        (f"/01/{ONE}/01/{ONE}", "label.domain", ""),
        (f"/01/{ONE}/10/", "label.gs1_length", "批号"),
        (f"/01/{ONE}/21/7/10/A1", "label.gs1_link", "批号"),
        (f"/01/{ONE}/10/A1/22/B", "label.gs1_link", "消费品变体"),
        (f"/01/{ONE}/21/7/21/8", "label.gs1_link", "序列号"),
        (f"/01/{ONE}/17/261231", "label.gs1_link", "有效期"),
        (f"/01/{ONE}?10=A1", "label.gs1_link", "批号"),
        (f"/01/{ONE}/10/{'A' * 21}", "label.gs1_length", "批号"),
        (f"/01/{ONE}/21/%", "label.gs1_link", "序列号"),
        (f"/01/{ONE}/21/%2", "label.gs1_link", "序列号"),
        (f"/01/{ONE}/21/a%20b", "label.gs1_chars", "序列号"),
        (f"/01/{ONE}/21/%00", "label.gs1_chars", "序列号"),
        (f"/01/{ONE}/21/%FF", "label.gs1_chars", "序列号"),
        (f"/01/{ONE}/21/a~", "label.gs1_chars", "序列号"),
        (f"/01/{ONE}/10/樟树", "label.gs1_chars", "批号"),
        (f"/01/{ONE}/10/%2E%2E", "label.gs1_chars", "批号"),
        (f"/01/{ONE}?17=261331", "label.gs1_date", "有效期"),
        (f"/01/{ONE}?17=20261231", "label.gs1_date", "有效期"),
        (f"/01/{ONE}?17=", "label.gs1_date", "有效期"),
        (f"/01/{ONE}?17=261231&17=261231", "label.gs1_link", "有效期"),
    ],
)
def test_a_malformed_link_is_refused_and_the_field_named(path: str, code: str, field: str) -> None:
    refusal = refused(f"https://{DOMAIN}{path}")

    assert refusal.code == code
    assert refusal.facts.get("field", "") == field


@pytest.mark.parametrize("uri", ["", "6901234567892", f"ftp://{DOMAIN}/01/{ONE}", f"{DOMAIN}/01/{ONE}"])
def test_what_is_no_web_address_is_refused(uri: str) -> None:
    assert refused(uri).facts["field"] == "https://"


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    for uri in (text, f"https://{text}", f"https://{DOMAIN}/01/{ONE}/10/{text}", f"https://{DOMAIN}/01/{ONE}?{text}"):
        with contextlib.suppress(DeskError):
            parse_digital_link(uri)


@pytest.mark.parametrize(
    ("identifier", "value", "code"),
    [
        (BATCH, "", "label.gs1_length"),
        (BATCH, "x" * 21, "label.gs1_length"),
        (SERIAL, "第1号", "label.gs1_chars"),
        (VARIANT, "..", "label.gs1_chars"),
        (GTIN, "6901234567893", "label.gtin_check"),
        (EXPIRY, "260230", "label.gs1_date"),
    ],
)
def test_a_link_is_not_made_of_what_the_standard_forbids(identifier: str, value: str, code: str) -> None:
    with pytest.raises(DeskError) as caught:
        digital_link(DOMAIN, {**EVERYTHING, identifier: value})

    assert caught.value.code == code


def test_a_link_needs_a_gtin() -> None:
    with pytest.raises(DeskError):
        digital_link(DOMAIN, {BATCH: "A1"})
    with pytest.raises(ValueError, match="235"):
        digital_link(DOMAIN, {GTIN: ONE, "235": "A1"})


@pytest.mark.parametrize(
    "domain",
    ["", "https://a.cn", "a b.cn", "樟树.cn", "-a.cn", "a.cn:0", "a.cn:65536", "a.cn/01", "a.cn/..", "a.cn/x?y"],
)
def test_a_link_is_not_made_with_a_domain_that_is_none(domain: str) -> None:
    with pytest.raises(DeskError) as caught:
        digital_link(domain, EVERYTHING)

    assert caught.value.code == "label.domain"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Label.Example.CN/ ", DOMAIN),
        ("LABEL.example.cn:8443/Zs/q-1/", "label.example.cn:8443/Zs/q-1"),
        ("10.0.0.7:8443", "10.0.0.7:8443"),
        ("centre", "centre"),
    ],
)
def test_a_domain_is_kept_in_lower_case(typed: str, kept: str) -> None:
    assert checked_domain(typed) == kept
