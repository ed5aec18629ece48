"""The enterprises' page 企业."""

from zhangshu_desk.ui.pages.enterprises.page import EnterprisesPage

__all__ = ["EnterprisesPage"]
