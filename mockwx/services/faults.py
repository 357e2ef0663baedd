"""Arms faults, finds the one that strikes a call, and disarms what is spent."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.directory import Directory
from mockwx.directory import app_and_user
from mockwx.domain.codes import Code
from mockwx.domain.control import ControlError
from mockwx.domain.fault import Fault
from mockwx.domain.fault import read_fault
from mockwx.store.base import Store
from mockwx.store.ledger import Ledger
from mockwx.store.tables import Table


MOST_FAULTS = 1000


@dataclass(frozen=True)
class Faults:
    """The faults of one world, in the order they were armed."""

    store: Store
    armed: Table[Fault]
    directory: Directory
    codes: Ledger[Code]

    def arm(self, body: Mapping[str, object]) -> Fault:
        """Arm a fault; raises ControlError for one that could never strike."""
        if len(self.list()) >= MOST_FAULTS:
            raise ControlError(
                "unprocessable",
                f"{MOST_FAULTS} faults are armed; disarm some first (DELETE).",
                f"已设置 {MOST_FAULTS} 个故障；请先用 DELETE 解除一些。",
            )
        number = self.store.incr("fault_numbers", "armed")
        fault = read_fault(f"fault-{number}", body)
        self.armed.put(fault.id, fault)
        return fault

    def list(self) -> list[Fault]:
        """Return what is armed, oldest first."""
        found = [fault for _, fault in self.armed.scan()]
        return sorted(found, key=lambda fault: int(fault.id.removeprefix("fault-")))

    def disarm(self, fault_id: str) -> None:
        """Take one fault away."""
        if not self.armed.delete(fault_id):
            raise ControlError(
                "not_found",
                f"no fault {fault_id!r} is armed; GET /_mockwx/api/faults lists them.",
                f"没有故障 {fault_id!r}；可用 GET /_mockwx/api/faults 查看。",
                field="id",
            )

    def disarm_all(self) -> None:
        """Take every fault away."""
        for fault in self.list():
            self.armed.delete(fault.id)

    def strike(self, *, path: str, appid: str, user: str) -> Fault | None:
        """Return what goes wrong with a call: the first armed fault that strikes."""
        for fault in self.list():
            if fault.means(path=path, appid=appid, user=user) and self._hits(fault.id):
                return fault
        return None

    def any_armed(self) -> bool:
        """Say whether there is weather at all: the question every call asks."""
        return self.armed.holds_any()

    def owner_of(self, ids: Iterable[str]) -> tuple[str, str]:
        """Return appid and person behind the first id that has one, else blanks."""
        for text in ids:
            code = self.codes.get(text)
            if code is not None:
                return code.appid, code.user
            owner = self.directory.openids.get(text)
            if owner is not None:
                return app_and_user(owner)
        return "", ""

    def _hits(self, fault_id: str) -> bool:
        """Count one more match; a fault goes away with its last strike."""
        while True:
            known = self.armed.get(fault_id)
            if known is None:
                return False
            met, strikes = known.met_once_more()
            if self.armed.swap(fault_id, known, met):
                if met.spent:
                    self.armed.delete(fault_id)
                return strikes
