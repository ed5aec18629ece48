"""The application's one style sheet, written with `$token` names; `theme.py` fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_TEXT = """
QToolTip { background: $card; color: $ink; border: 1px solid $line; padding: 6px 8px; }
QLabel { background: transparent; }
QLabel:disabled { color: $faint; }
Heading { font-size: 16px; font-weight: 600; }
Muted, FieldLabel { font-size: 12px; color: $muted; }
Problem { font-size: 12px; color: $bad; }
TicketNumber { font-size: 56px; font-weight: 700; color: $accent; }
GivenNumber { font-size: 34px; font-weight: 700; color: $accent; }
ScreenTitle { font-size: 52px; font-weight: 600; }
ScreenWords { font-size: 24px; color: $muted; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="good"] { color: $accent; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
"""

_GROUND = """
Page, Ground { background: $ground; }
Card { background: $card; border: 1px solid $line; border-radius: 10px; }
QDialog { background: $card; }
Sheet { border: 1px solid $line; }
DialogFoot { background: $ground; border-top: 1px solid $line; }
NoticeBar { background: $tint; border: 1px solid $line; border-radius: 8px; }
NoticeBar[kind="refused"] { background: $warn_tint; border-color: $warn; }
NoticeBar[kind="failed"] { background: $bad_tint; border-color: $bad; }
Value { background: $card; border: 1px solid $line; border-radius: 8px; }
Value[stands="true"] { background: $tint; }
TicketPanel { background: $tint; border: 1px solid $line; border-radius: 8px; }
HealthBanner { background: $bad_tint; border-bottom: 1px solid $bad; }
PopupList { background: $card; border: 1px solid $line; border-radius: 8px; outline: none; padding: 4px; }
Rail { background: $rail; }
TopBar { background: $card; border-bottom: 1px solid $line; }
SearchEdit { background: $hover; }
SearchEdit:focus { background: $card; }
StatusLine { background: $card; border-top: 1px solid $line; }
QSplitter::handle { background: transparent; }
QScrollArea, QWidget[bare="true"] { background: transparent; border: none; }
"""

_BUTTONS = """
QPushButton { min-height: 22px; padding: 7px 15px; border: 1px solid $line; border-radius: 6px;
  background: $card; color: $ink; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; padding: 6px 14px; }
QPushButton:disabled { color: $faint; background: $ground; border-color: $line; }
PrimaryButton { min-height: 26px; border-color: $primary; background: $primary; color: $on_primary;
  font-weight: 600; }
PrimaryButton:hover { background: $primary_hover; border-color: $primary_hover; }
PrimaryButton:pressed { background: $primary_down; border-color: $primary_down; }
PrimaryButton:focus { border-color: $rail_mark; }
PrimaryButton:disabled { background: $line; border-color: $line; color: $muted; }
DangerButton { color: $bad; }
DangerButton:hover { background: $bad_tint; }
DangerButton:focus { border-color: $bad; }
DialogFoot DangerButton { min-height: 26px; border-color: $bad; background: $bad; color: $on_bad; font-weight: 600; }
DialogFoot DangerButton:hover { background: $bad_hover; }
LinkButton { border-color: transparent; background: transparent; color: $accent; padding: 7px 7px; }
LinkButton:hover { background: $tint; }
LinkButton:focus { border-color: $accent; padding: 6px 6px; }
QPushButton::menu-indicator { image: url("$arrow"); subcontrol-origin: padding;
  subcontrol-position: right center; right: 10px; width: 12px; height: 12px; }
WhoButton { padding: 7px 30px 7px 12px; }
WhoButton:focus { padding: 6px 29px 6px 11px; }
TouchButton { min-height: 96px; min-width: 120px; padding: 12px 10px; border: 2px solid $line; border-radius: 12px;
  background: $card; font-size: 30px; font-weight: 600; color: $ink; }
TouchButton:focus { padding: 12px 10px; }
ReasonButton { min-height: 52px; padding: 6px 24px; font-size: 22px; }
ReasonButton:focus { padding: 6px 24px; }
TouchButton:pressed { background: $tint; border-color: $accent; }
TouchButton:checked { background: $tint; border-color: $accent; color: $accent; }
FigureLink { font-size: 26px; font-weight: 600; padding: 3px 6px; }
FigureLink:focus { padding: 2px 5px; }
IconButton { min-height: 34px; max-height: 34px; min-width: 34px; max-width: 34px; padding: 0;
  border-color: transparent; background: transparent; }
IconButton:hover { background: $hover; }
IconButton:focus { padding: 0; min-height: 32px; max-height: 32px; min-width: 32px; max-width: 32px; }
"""

_FIELDS = """
QLineEdit, QComboBox, QAbstractSpinBox { min-height: 24px; }
QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox {
  padding: 6px 12px; border: 1px solid $line; border-radius: 6px; background: $card;
  color: $ink; selection-background-color: $primary; selection-color: $on_primary; }
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
  border: 2px solid $accent; padding: 5px 11px; }
*[problem="true"] { border-color: $bad; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
  background: $ground; color: $faint; }
QLineEdit:read-only { background: $ground; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; min-height: 0; background: transparent; }
QComboBox::drop-down, QDateEdit::drop-down { subcontrol-origin: border; width: 30px; border: none; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $line; padding: 4px; outline: none;
  selection-background-color: $tint; selection-color: $ink; }
QComboBox QAbstractItemView::item { min-height: 34px; padding: 0 8px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button,
QTimeEdit::up-button, QTimeEdit::down-button { width: 0; border: none; }
QCheckBox, QRadioButton { min-height: 34px; spacing: 8px; border: 1px solid transparent;
  border-radius: 6px; padding: 0 4px; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px;
  border: 1px solid $faint; background: $card; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { border-color: $primary; background: $primary; image: url("$tick"); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $ground; border-color: $line; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QProgressBar { border: none; border-radius: 3px; background: $line; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $primary; border-radius: 3px; }
"""

_VIEWS = """
QTableView { background: $card; border: 1px solid transparent; border-radius: 6px; outline: none;
  gridline-color: $line; selection-background-color: $tint; selection-color: $ink; }
QTableView:focus { border-color: $accent; }
QHeaderView { background: $card; border: none; }
QHeaderView::section { background: $card; color: $muted; font-size: 12px; font-weight: 600;
  padding: 0 8px; min-height: 34px; border: none; border-bottom: 1px solid $line; }
QTableCornerButton::section { background: $card; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { min-height: 34px; padding: 0 14px; border: none; border-bottom: 2px solid transparent;
  color: $muted; background: transparent; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:focus { background: $tint; }
QMenu { background: $card; border: 1px solid $line; padding: 6px; }
QMenu::item { min-height: 24px; padding: 6px 28px 6px 14px; border-radius: 6px; color: $ink; }
QMenu::item:selected { background: $tint; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
"""


def style_sheet(tokens: Mapping[str, str]) -> str:
    """The sheet with every `$name` replaced from `tokens` (`#rrggbb` values and picture paths)."""
    return Template(_TEXT + _GROUND + _BUTTONS + _FIELDS + _VIEWS).substitute(tokens)
