"""Every probe, in the order in which they are played."""

from __future__ import annotations

from simulator.audit import codes
from simulator.audit import identity
from simulator.audit import input as odd_input
from simulator.audit import payloads
from simulator.audit import races
from simulator.audit import secrets
from simulator.audit import weather
from simulator.audit.check import Check


CHECKS: tuple[Check, ...] = (
    *codes.CHECKS,
    *identity.CHECKS,
    *payloads.CHECKS,
    *races.CHECKS,
    *weather.CHECKS,
    *odd_input.CHECKS,
    # Last, for they judge every answer of the audit.
    *secrets.CHECKS,
)
