"""How each shell is told a variable."""

import json
import re
import shlex
from collections.abc import Callable
from collections.abc import Mapping


_PLAIN = re.compile(r"[\w./:,@%+=-]*", re.ASCII)

Variables = Mapping[str, str]


def write(shell: str, variables: Variables) -> str:
    """Write variables so that a shell, or a program, sets them."""
    return SHELLS[shell](variables)


def _sh(variables: Variables) -> str:
    return _lines(variables, lambda text: shlex.quote(text), "export {}={}")


def _fish(variables: Variables) -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    return _lines(variables, quoted, "set -gx {} {};")


def _powershell(variables: Variables) -> str:
    return _lines(
        variables, lambda text: "'" + text.replace("'", "''") + "'", "$env:{} = {}"
    )


def _dotenv(variables: Variables) -> str:
    """Quote where needed alone: Docker takes quotes for a part of the value."""

    def quoted(text: str) -> str:
        return text if _PLAIN.fullmatch(text) else f"'{text}'"

    return _lines(variables, quoted, "{}={}")


def _json(variables: Variables) -> str:
    return json.dumps(dict(variables), ensure_ascii=False, indent=2)


def _lines(variables: Variables, quote: Callable[[str], str], line: str) -> str:
    return "\n".join(line.format(name, quote(text)) for name, text in variables.items())


SHELLS: Mapping[str, Callable[[Variables], str]] = {
    "sh": _sh,
    "fish": _fish,
    "powershell": _powershell,
    "dotenv": _dotenv,
    "json": _json,
}
