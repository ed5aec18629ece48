"""The shipped templates and the site's own beside them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.labels.sample import shipped_names, template
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.labels.rules.template_files import as_toml
from zhangshu_desk.labels.rules.templates import Template

GEOMETRY = """
[[roll]]
id = "roll-35x25"
title = "卷装 35×25"
width = 35
height = 25
gap = 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a site keeps its templates; not made yet."""
    return tmp_path / "labels"


@pytest.fixture
def own(folder: Path) -> Template:
    """A template of the site's own."""
    return templates.copied(folder, template("traced-60x40"), " 更衣柜 60×40 ")


def refused(do: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(DeskError) as caught:
        do()
    assert "操作没有完成" not in str(caught.value)
    return caught.value.code


def test_without_own_templates_the_shipped_ones_are_listed(folder: Path) -> None:
    found = templates.listed(folder)
    assert sorted(one.id for one in found) == sorted(shipped_names())
    assert not any(one.own or one.changeable or one.problem for one in found)
    assert [one.title for one in found] == sorted(one.title for one in found)
    assert not folder.exists()


def test_a_copy_is_the_sites_own(folder: Path, own: Template) -> None:
    assert (own.id, own.title) == ("traced-60x40-2", "更衣柜 60×40")
    again = templates.copied(folder, own, "另一个")
    assert again.id == "traced-60x40-2-2"
    last = templates.listed(folder)[-2:]
    assert {(one.id, one.own, one.changeable) for one in last} == {(own.id, True, True), (again.id, True, True)}
    assert templates.load(folder, own.id) == own


def test_only_templates_of_a_family_are_offered(folder: Path, own: Template) -> None:
    found = templates.listed(folder, Family.TRACE)
    assert own.id in [one.id for one in found]
    assert {one.template.family for one in found if one.template} == {Family.TRACE}


def test_a_file_that_is_wrong_is_named_and_hides_nothing(folder: Path, own: Template) -> None:
    (folder / "broken.toml").write_text("id = ", "utf-8")
    (folder / "latin.toml").write_bytes(b'title = "\xff"')
    (folder / "renamed.toml").write_text(as_toml(own), "utf-8")
    found = {one.id: one for one in templates.listed(folder) if one.own}
    assert found[own.id].template == own
    problems = {name: str(one.problem) for name, one in found.items() if one.problem}
    assert problems.keys() == {"broken", "latin", "renamed"}
    assert all(f"{name}.toml" in text for name, text in problems.items())
    assert "应与文件名相同（renamed）" in problems["renamed"]
    assert refused(lambda: templates.load(folder, "broken")) == "label.bad_template"
    templates.delete(folder, "broken")
    assert not (folder / "broken.toml").exists()


def test_saving_replaces_the_file_at_once_or_not_at_all(folder: Path, own: Template) -> None:
    changed = templates.save(folder, replace(own, title="新名称"))
    assert templates.load(folder, own.id) == changed
    assert [one.name for one in folder.iterdir()] == [f"{own.id}.toml"]
    assert refused(lambda: templates.save(folder, replace(own, elements=own.elements[:1]))) == "label.bad_template"
    assert templates.load(folder, own.id) == changed


def test_what_is_locked_or_shipped_is_not_changed(folder: Path, own: Template) -> None:
    templates.locked(folder, own.id, True)
    assert not next(one for one in templates.listed(folder) if one.own).changeable
    assert refused(lambda: templates.save(folder, replace(own, title="x"))) == "label.template_locked"
    assert refused(lambda: templates.delete(folder, own.id)) == "label.template_locked"
    assert refused(lambda: templates.save(folder, template("traced-60x40"))) == "label.template_shipped"
    assert refused(lambda: templates.delete(folder, "traced-60x40")) == "label.template_shipped"
    templates.locked(folder, own.id, False)
    templates.delete(folder, own.id)
    assert refused(lambda: templates.load(folder, own.id)) == "label.no_template"


@pytest.mark.parametrize("name", ["../desk", "no such", ""])
def test_an_id_never_leaves_the_folder(folder: Path, name: str) -> None:
    assert refused(lambda: templates.load(folder, name)) == "label.no_template"
    assert refused(lambda: templates.delete(folder, name)) == "label.no_template"


def test_the_site_may_have_rolls_of_its_own(folder: Path, own: Template) -> None:
    (folder / templates.GEOMETRIES).write_text(GEOMETRY, "utf-8")
    small = as_toml(own).replace("roll-60x40", "roll-35x25").split("\n\n")[0]
    code = '\n[[element]]\nkind = "qr"\nx = 1\ny = 1\nwidth = 20\nheight = 20\n'
    (folder / f"{own.id}.toml").write_text(small + code, "utf-8")
    found = templates.load(folder, own.id)
    assert (found.width, found.height) == (35, 25)
    (folder / templates.GEOMETRIES).write_text("[[roll]]", "utf-8")
    problems = [one.id for one in templates.listed(folder) if one.problem]
    assert problems == [own.id, templates.GEOMETRIES]


def test_the_fingerprint_follows_the_look_and_not_the_lock(own: Template) -> None:
    assert templates.fingerprint(replace(own, locked=True)) == templates.fingerprint(own)
    assert templates.fingerprint(replace(own, elements=own.elements[1:])) != templates.fingerprint(own)


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.write_text("a file", "utf-8")
    assert refused(lambda: templates.copied(folder, template("traced-60x40"), "x")) == "label.template_not_written"
