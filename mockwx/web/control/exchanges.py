"""The journal: list, get, clear, and wait for what is yet to come."""

import threading
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint
from flask import Response
from flask import current_app
from flask import request

from mockwx.clock import monotonic_ns
from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.exchange import Exchange
from mockwx.web.context import current_wechat
from mockwx.web.control.question import query_flag
from mockwx.web.control.question import query_number
from mockwx.web.control.question import takes
from mockwx.web.control.reply import error_reply
from mockwx.web.control.reply import reply
