"""Every act of a clerk: its code, its Chinese title in the audit log, and the roles that may do it.

`store.write(actor, act, now)` looks here first, so an act that is not in this table cannot happen at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.errors import DeskError

_ALL = frozenset(Role)
_DESK = frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
_LABELS = frozenset({Role.LABEL, Role.SUPERVISOR, Role.ADMINISTRATOR})
_HEAD = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Act:
    """One act: `code`, `title` as the audit log shows it, `roles` that may do it.

    `anybody`: also somebody whose role this program does not know, because a newer one gave it. It is what being here
    and looking takes; everything else is closed to them.
    """

    code: str
    title: str
    roles: frozenset[Role]
    anybody: bool = False

    def is_open_to(self, role: Role) -> bool:
        """Whether somebody of this role may do it."""
        return self.anybody or role in self.roles


_ACTS = (
    # accounts and station
    Act("station.set_up", "初始化工作站", _ALL),
    Act("station.change", "修改工作站资料", _HEAD),
    Act("station.recover", "数据库恢复", _ALL),
    Act("sync.offer", "补报中心缺失的数据", _ALL),
    Act("user.log_in", "登录", _ALL, anybody=True),
    Act("user.log_in_failed", "登录失败", _ALL),
    Act("user.log_out", "退出登录", _ALL, anybody=True),
    Act("user.lock", "锁定", _ALL, anybody=True),
    Act("user.unlock", "解锁", _ALL, anybody=True),
    Act("user.add", "新增账户", _HEAD),
    Act("user.change", "修改账户", _HEAD),
    Act("user.reset_password", "重置密码", _HEAD),
    Act("user.change_password", "修改本人密码", _ALL, anybody=True),
    Act("counter.add", "新增窗口", _HEAD),
    Act("counter.change", "修改窗口", _HEAD),
    Act("counter.open", "开放窗口", _DESK),
    Act("counter.close", "暂停窗口", _DESK),
    Act("privacy.unmask", "查看完整个人信息", _ALL),
    Act("backup.make", "备份", _ALL),
    Act("backup.restore", "恢复备份", _HEAD),
    Act("audit.export", "导出审计日志", _HEAD),
    # enterprises
    Act("enterprise.add", "登记企业", _DESK),
    Act("enterprise.change", "修改企业资料", _DESK),
    Act("enterprise.rename", "企业更名", _DESK),
    Act("enterprise.void", "作废企业", _HEAD),
    Act("enterprise.restore", "恢复企业", _HEAD),
    Act("contact.add", "新增联系人", _DESK),
    Act("contact.change", "修改联系人", _DESK),
    Act("contact.void", "作废联系人", _DESK),
    Act("enterprise.import", "导入企业", _HEAD),
    Act("enterprise.undo_import", "撤销导入", _HEAD),
    Act("enterprise.export", "导出企业", _HEAD),
    Act("enterprise.merge", "合并企业", _HEAD),
    # between stations
    Act("conflict.resolve", "处理待核对事项", _DESK),
    Act("sync.enrol", "本站入网", _HEAD),
    Act("sync.export", "导出交换文件", _DESK),
    Act("sync.import", "接收交换回执", _DESK),
    # reception
    Act("visit.register", "取号", _DESK),
    Act("visit.quick", "即时服务", _DESK),
    Act("visit.change", "修改来访登记", _DESK),
    Act("visit.call", "叫号", _DESK),
    Act("visit.call_again", "再次呼叫", _DESK),
    Act("visit.arrive", "已到", _DESK),
    Act("visit.no_show", "未到", _DESK),
    Act("visit.come_late", "过号重排", _DESK),
    Act("visit.park", "挂起", _DESK),
    Act("visit.resume", "继续办理", _DESK),
    Act("visit.transfer", "转窗口", _DESK),
    Act("visit.finish", "办结", _DESK),
    Act("visit.leave", "弃号", _DESK),
    Act("visit.cancel", "取消", _DESK),
    Act("visit.undo", "撤销上一步", _DESK),
    Act("visit.rate", "好差评", _ALL),
    Act("visit.print_slip", "打印号票", _DESK),
    Act("day.close", "日结", _HEAD),
    Act("day.reopen", "撤销日结", _HEAD),
    Act("day.print", "打印日结单", _DESK),
    # labels
    Act("gi.product_add", "新增地理标志", _HEAD),
    Act("gi.product_change", "修改地理标志", _HEAD),
    Act("gi.product_void", "停用地理标志", _HEAD),
    Act("gi.user_add", "新增用标授权", _LABELS),
    Act("gi.user_change", "修改用标授权", _LABELS),
    Act("gi.user_void", "终止用标授权", _HEAD),
    Act("gi.mark_import", "导入专用标志文件", _LABELS),
    Act("gi.mark_void", "停用专用标志文件", _LABELS),
    Act("gi.quota_set", "核定用标数量", _HEAD),
    Act("gi.quota_void", "撤销用标数量", _HEAD),
    Act("label.traced_add", "新增追溯产品", _LABELS),
    Act("label.traced_change", "修改追溯产品", _LABELS),
    Act("label.traced_void", "停用追溯产品", _LABELS),
    Act("label.spec_add", "新增包装规格", _LABELS),
    Act("label.spec_change", "修改包装规格", _LABELS),
    Act("label.spec_void", "停用包装规格", _LABELS),
    Act("label.batch_make", "新建标签批次", _LABELS),
    Act("label.batch_change", "修改标签批次", _LABELS),
    Act("label.batch_approve", "批准标签批次", _LABELS),
    Act("label.batch_refuse", "退回标签批次", _LABELS),
    Act("label.batch_discard", "放弃标签批次", _LABELS),
    Act("label.batch_close", "关闭标签批次", _LABELS),
    Act("label.number", "标签编号", _LABELS),
    Act("label.import", "批量导入标签", _LABELS),
    Act("label.print", "打印标签", _LABELS),
    Act("label.print_again", "重打本页标签", _LABELS),
    Act("label.print_end", "结束打印", _LABELS),
    Act("label.void", "作废标签", _LABELS),
    Act("label.destroy", "登记废签销毁", _LABELS),
    Act("label.reprint", "补打标签", _LABELS),
    Act("label.hand_out", "发放标签", _LABELS),
    Act("label.take_back", "退回标签", _LABELS),
    Act("label.report_use", "登记标签使用", _LABELS),
    Act("label.export", "导出标签台账", _LABELS),
    Act("label.template", "修改标签模板", _LABELS),
    Act("label.printer", "修改标签打印机", _LABELS),
    Act("label.sheet", "登记标签纸", _LABELS),
)
ACTS = {act.code: act for act in _ACTS}


def check(code: str, role: Role) -> Act:
    """The act, if `role` may do it.

    Raises:
        DeskError: `act.not_allowed`.
        KeyError: the act is not in the table (a bug).
    """
    act = ACTS[code]
    if not act.is_open_to(role):
        raise DeskError("act.not_allowed", act=act.title, role=role.value)
    return act


def allowed(code: str, role: Role) -> bool:
    """Whether `role` may do the act; for showing or hiding a button."""
    return ACTS[code].is_open_to(role)
