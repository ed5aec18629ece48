"""The reception desk's page 受理台."""

from zhangshu_desk.ui.pages.reception.page import ReceptionPage

__all__ = ["ReceptionPage"]
