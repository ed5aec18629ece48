"""All tables, one module per feature; importing this package makes them known to the store."""

from zhangshu_desk.db.tables import accounts, enterprises, labels, ledger, reception, services, sync

__all__ = ["accounts", "enterprises", "labels", "ledger", "reception", "services", "sync"]
