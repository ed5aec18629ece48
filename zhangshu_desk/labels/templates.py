"""Label templates: those that come with the program, and the site's own in `labels/` beside the database.

Own templates are files that a person may also edit by hand. A file that is wrong is listed with what is wrong, and
keeps nobody from the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.labels.rules.geometries import Geometry, parse_geometries, shipped_geometries
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.labels.rules.template_files import as_toml, parse_template, where
from zhangshu_desk.labels.rules.templates import ID, Template, flaws

GEOMETRIES = "geometries.toml"
_RESOURCES = "labels"
_MOST_COPIES = 1_000


@dataclass(frozen=True)
class Listed:
    """A template in the list.

    Attributes:
        own: of the site, not shipped. template: None when its file is wrong; then `problem` says how.
    """

    id: str
    title: str
    own: bool
    template: Template | None
    problem: DeskError | None = None

    @property
    def changeable(self) -> bool:
        """Whether it may be edited and deleted: one of the site's own that is not locked."""
        return self.own and (self.template is None or not self.template.locked)


def geometries(folder: Path) -> Mapping[str, Geometry]:
    """The shipped rolls and sheets and the site's own. Raises `DeskError` when the site's file is wrong."""
    file = folder / GEOMETRIES
    try:
        own = parse_geometries(file.read_text("utf-8"), file.name)
    except FileNotFoundError:
        return shipped_geometries()
    except (OSError, UnicodeDecodeError) as error:
        raise DeskError("label.bad_geometry", file=file.name, at="", why=f"读不出来（{error}）") from error
    return {**own, **shipped_geometries()}


def listed(folder: Path, family: Family | None = None) -> list[Listed]:
    """All templates: shipped first, then the site's own, each by title.

    Args:
        folder: `Paths.labels`; need not exist.
        family: only those of this family, which leaves out files that are wrong.
    """
    shipped = [_read_shipped(name) for name in _shipped_names()]
    try:
        known, problem = geometries(folder), None
    except DeskError as error:
        known, problem = shipped_geometries(), Listed(GEOMETRIES, GEOMETRIES, True, None, error)
    own = [_read_own(file, known) for file in _own_files(folder)]
    found = [*_by_title(shipped), *_by_title(own), *([problem] if problem else [])]
    return [one for one in found if family is None or (one.template is not None and one.template.family == family)]


def load(folder: Path, template_id: str) -> Template:
    """One template.

    Raises:
        DeskError: `label.no_template`, or what is wrong with its file.
    """
    if (name := f"{_RESOURCES}/{template_id}.toml") in _shipped_names():
        return parse_template(resources.text(name), name)
    file = folder / f"{template_id}.toml"
    if not ID.fullmatch(template_id) or not file.is_file():
        raise DeskError("label.no_template", template=template_id)
    return _parsed(file, geometries(folder))


def fingerprint(template: Template) -> str:
    """SHA-256 of how the template looks, which a print job keeps."""
    return hashlib.sha256(as_toml(replace(template, locked=False)).encode()).hexdigest()


def save(folder: Path, template: Template) -> Template:
    """Keep one of the site's own, new or changed.

    Raises:
        DeskError: `label.bad_template` when something about it is wrong; `label.template_shipped`,
            `label.template_locked`; `label.template_not_written`.
    """
    for flaw in flaws(template):
        raise DeskError("label.bad_template", file=template.title, at=where(template, flaw), why=flaw.why)
    _changeable(folder, template.id)
    _write(folder, template)
    return template


def copied(folder: Path, template: Template, title: str) -> Template:
    """A copy under a new title, kept as one of the site's own. Raises `DeskError` as `save`."""
    taken = {name.rpartition("/")[2].removesuffix(".toml") for name in _shipped_names()}
    taken |= {file.stem for file in _own_files(folder)}
    stem = template.id[:32].rstrip("-")
    new_id = next(one for number in range(2, _MOST_COPIES) if (one := f"{stem}-{number}") not in taken)
    return save(folder, replace(template, id=new_id, title=title.strip(), locked=False))


def locked(folder: Path, template_id: str, lock: bool) -> Template:
    """Lock one of the site's own so that it can only be used, or open it again. Raises `DeskError` as `save`."""
    _not_shipped(template_id)
    template = replace(load(folder, template_id), locked=lock)
    _write(folder, template)
    return template


def delete(folder: Path, template_id: str) -> None:
    """Delete one of the site's own, also one whose file is wrong. Raises `DeskError` as `save`."""
    _changeable(folder, template_id)
    try:
        (folder / f"{template_id}.toml").unlink(missing_ok=True)
    except OSError as error:
        raise DeskError("label.template_not_written", folder=folder, detail=error.strerror) from error


def _shipped_names() -> list[str]:
    return [name for name in resources.names(_RESOURCES, ".toml") if not name.endswith(f"/{GEOMETRIES}")]


def _own_files(folder: Path) -> list[Path]:
    return [one for one in sorted(folder.glob("*.toml")) if one.name != GEOMETRIES and not one.name.startswith(".")]


def _by_title(found: list[Listed]) -> list[Listed]:
    return sorted(found, key=lambda one: (one.title, one.id))


def _read_shipped(name: str) -> Listed:
    template = parse_template(resources.text(name), name)
    return Listed(template.id, template.title, False, template)


def _read_own(file: Path, known: Mapping[str, Geometry]) -> Listed:
    try:
        template = _parsed(file, known)
    except DeskError as error:
        return Listed(file.stem, file.name, True, None, error)
    return Listed(template.id, template.title, True, template)


def _parsed(file: Path, known: Mapping[str, Geometry]) -> Template:
    try:
        template = parse_template(file.read_text("utf-8"), file.name, known)
    except (OSError, UnicodeDecodeError) as error:
        raise DeskError(
            "label.bad_template", file=file.name, at="", why=f"读不出来（{error}），应为 UTF-8 文字"
        ) from error
    if template.id != file.stem:
        raise DeskError("label.bad_template", file=file.name, at="id ", why=f"应与文件名相同（{file.stem}）")
    if f"{_RESOURCES}/{file.name}" in _shipped_names():
        raise DeskError("label.bad_template", file=file.name, at="id ", why="与自带的模板相同，请换一个并改文件名")
    return template


def _changeable(folder: Path, template_id: str) -> None:
    _not_shipped(template_id)
    try:
        there = load(folder, template_id)
    except DeskError:
        return  # new, or wrong: nobody locked it
    if there.locked:
        raise DeskError("label.template_locked", title=there.title)


def _not_shipped(template_id: str) -> None:
    if f"{_RESOURCES}/{template_id}.toml" in _shipped_names():
        raise DeskError("label.template_shipped")
    if not ID.fullmatch(template_id):
        raise DeskError("label.no_template", template=template_id)


def _write(folder: Path, template: Template) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / f"{template.id}.toml", as_toml(template).encode())
    except OSError as error:
        raise DeskError("label.template_not_written", folder=folder, detail=error.strerror) from error
