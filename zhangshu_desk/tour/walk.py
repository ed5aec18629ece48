"""One look of the tour: `python -m zhangshu_desk.tour.walk DATA_DIR TARGET light|dark`."""

from __future__ import annotations

import sys
from pathlib import Path

from zhangshu_desk.app import Start, application
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import ShiftedClock, parse_moment
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.tour import MOMENT, PASSWORD, sample
from zhangshu_desk.tour.guide import Guide, started
from zhangshu_desk.tour.labelling import labelling
from zhangshu_desk.tour.printing import printing
from zhangshu_desk.tour.stand_in import StandIn
from zhangshu_desk.tour.together import together
from zhangshu_desk.ui.pages.enterprises import EnterprisesPage
from zhangshu_desk.ui.pages.enterprises.import_preview import ImportPreview


def main(data_dir: Path, target: Path, scheme: str) -> None:
    """Take the pictures of one look."""
    application([sys.argv[0]])
    new = data_dir.with_name(f"{data_dir.name}-new")
    walks = (
        (new, first_start),
        (data_dir, morning),
        (data_dir, labelling),
        (data_dir, printing),
        (data_dir, together),
    )
    for folder, walk in walks:
        where = paths.of(folder)
        paths.make(where)
        Settings(where.settings).change(colour_scheme=scheme, speech=False)
        start = Start(where, ShiftedClock(parse_moment(MOMENT)), lambda *_: StandIn())
        walk(Guide(started(start), target))
        start.close()


def first_start(guide: Guide) -> None:
    """The wizard on an empty folder."""
    guide.settle()
    guide.shoot("01-wizard")


def morning(guide: Guide) -> None:
    """A supervisor's morning at window 1."""
    log_in(guide)
    register(guide)
    serve(guide)
    enterprises(guide)
    close_the_day(guide)
    administrate(guide)


def log_in(guide: Guide) -> None:
    """With login, password and window."""
    login = guide.program.seats[0].gate.login
    guide.until(lambda: login.isVisible() and login.counter.isEnabled())
    guide.shoot("02-login")
    guide.type("zhanzhang")
    guide.press("Tab")
    guide.type(PASSWORD)
    login.counter.editor.setCurrentIndex(0)
    guide.press("Return")
    guide.until(guide.program.seats[0].actor)
    guide.shoot("03-reception")


def register(guide: Guide) -> None:
    """Somebody found by pinyin initials gets a number."""
    guide.press("Ctrl+N")
    guide.type("jxx")
    guide.shoot("04-suggestions")
    guide.press("Return", "Space", "Ctrl+Return")
    guide.shoot("05-ticket")


def serve(guide: Guide) -> None:
    """Call, come, finish, rate; with the hall's display."""
    program = guide.program
    guide.press("F2", "F4")
    guide.shoot("06-serving")
    program.toggle_display()
    assert program.display is not None
    program.display.resize(1280, 720)
    guide.shoot("07-call-display", program.display)
    program.toggle_display()
    program.seats[0].toggle_rating()
    rating = program.seats[0].rating
    assert rating is not None
    rating.resize(1280, 720)
    guide.press("F8")
    guide.shoot("08-finish")
    guide.press("Return")
    guide.shoot("09-rating", rating)
    program.seats[0].toggle_rating()


def enterprises(guide: Guide) -> None:
    """A card found by pinyin initials, and what an import of a real-life list would do."""
    guide.press("Alt+5")
    guide.type("jxx")
    page = guide.program.seats[0].page()
    guide.until(lambda: isinstance(page, EnterprisesPage) and page.answered() == "jxx")
    guide.press("Return")
    guide.shoot("10-enterprise-card")
    seat, file = guide.program.seats[0], guide.target / "名录.xlsx"
    assert seat.store is not None
    sample.write(file, seat.store)
    seat.window.open("企业", file)
    guide.until(lambda: guide.window.findChildren(ImportPreview))
    guide.shoot("11-import-preview")
    guide.press("Escape")
    file.unlink()


def close_the_day(guide: Guide) -> None:
    """The figures of the day."""
    guide.press("Alt+6")
    guide.shoot("12-day-close")


def administrate(guide: Guide) -> None:
    """Accounts and the rest."""
    guide.press("Alt+7")
    guide.shoot("13-administration")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
