"""One call to WeChat on its way through the hooks, and the reply on its way back."""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from mockwx.domain.mini_program import MiniProgram
from mockwx.frozen import made_fast
from mockwx.frozen import maker
from mockwx.web.interfaces import Interface
from mockwx.wechat import WeChat
from mockwx.worlds import Worlds


@dataclass(slots=True, kw_only=True)
class Call:
    """The question, and what became known about it on the way."""

    interface: Interface
    worlds: Worlds
    wechat: WeChat
    """The world the call is about, found by what it carries."""
    method: str
    query: Mapping[str, str]
    query_string: bytes
    body: bytes
    client_ip: str
    headers: Mapping[str, str]
    """Those of a signed call; nobody looks at any other."""

    at_ms: int = 0
    """When it came, which its rid begins with."""
    rid: str = ""
    appid: str = ""
    """Whom the journal says it was about, as far as that became known."""
    user: str = ""
    fault: str = ""
    """The id of the fault that struck it."""
    note: str = ""
    """What the journal adds for people: something the answer does not tell."""
    _mini_program: MiniProgram | None = field(default=None, repr=False)

    def issuer_of(self, token: str) -> WeChat:
        """Return the world a token is from, which need not be the call's own.

        A backend shared by many tests has one token, and their codes have many worlds.
        """
        return self.worlds.of((token,)) or self.worlds.default

    @property
    def mini_program(self) -> MiniProgram:
        """Return the mini program whose access_token came with the call."""
        if self._mini_program is None:
            raise LookupError(f"{self.interface.path} takes no access_token")
        return self._mini_program

    @mini_program.setter
    def mini_program(self, mini_program: MiniProgram) -> None:
        self._mini_program = mini_program
        self.appid = mini_program.appid


make_call = maker(Call)


@made_fast
@dataclass(frozen=True, slots=True)
class Reply:
    """Status, type and bytes exactly as they go out."""

    status: int
    content_type: str
    body: bytes
    errcode: int | None
    """None for what is not an interface's own answer."""
    headers: tuple[tuple[str, str], ...] = ()
    """Those beside Content-Type."""
    transport: str | None = None
    """How the connection fails under it, if a fault says so (web.transport)."""


make_reply = maker(Reply)


Payload = Mapping[str, object]
View = Callable[[Call], Payload | Reply]
"""A payload is written as the interface's family does; a reply goes out as it is."""
Answer = Callable[[Call], Reply]
