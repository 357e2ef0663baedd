"""Options that commands share, and what is read from them."""

import errno
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any
from typing import TypeVar

import click
from click.core import ParameterSource

from mockwx import config
from mockwx.cli.program import tell
from mockwx.config import Settings
from mockwx.domain.refusal import RefusalError


Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULTS = Settings()

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Answer in JSON, for programs."
)


def setting(name: str, **attributes: Any) -> Callable[[Command], Command]:
    """Declare an option of `serve`, with its environment twin and default shown."""
    field = name.partition("/")[0].lstrip("-").replace("-", "_")
    attributes.setdefault("default", getattr(DEFAULTS, field, None))
    return click.option(
        name,
        envvar=config.ENVIRONMENT_PREFIX + field.upper(),
        show_envvar=True,
        show_default=True,
        **attributes,
    )


_WORLD_OPTIONS = (
    setting("--seed", type=int, help="Makes codes, keys and people repeatable."),
    setting(
        "--policy",
        type=click.Choice(config.POLICIES),
        help="How session_keys live: as documented, hostile, or at rest.",
    ),
    setting(
        "--locale",
        type=click.Choice(config.LOCALES),
        help="Where the people come from.",
    ),
    setting(
        "--errmsg-suffix",
        type=click.Choice(config.ERRMSG_SUFFIXES),
        help="What follows an errmsg: nothing, today's rid, or what did until 2021.",
    ),
    setting(
        "--sns-content-type",
        type=click.Choice(config.SNS_CONTENT_TYPES),
        help="Content-Type of /sns answers; WeChat's own is text/plain.",
    ),
    setting(
        "--json-content-type",
        type=click.Choice(config.JSON_CONTENT_TYPES),
        help="Content-Type of all other JSON; WeChat's own says encoding for charset.",
    ),
    setting(
        "--escape-slash/--no-escape-slash",
        help=r"Write / as \/ in /sns answers, as some of WeChat's servers did.",
    ),
    setting(
        "--escape-oauth-slash/--no-escape-oauth-slash",
        help=r"Write / as \/ in what web logins are answered, as WeChat mostly does.",
    ),
    setting("--freeze", type=int, help="Stop the clock at this epoch second."),
    setting(
        "--journal-size",
        type=int,
        help="How many exchanges are kept.",
    ),
    setting(
        "--history-days",
        type=int,
        help="How long codes, keys, payloads and exchanges are kept.",
    ),
    setting("--max-body", type=int, help="Bytes of a request body."),
    setting(
        "--world",
        default=None,
        type=click.Path(exists=True, dir_okay=False),
        help="A world file: apps, people, policies, faults to begin with.",
    ),
)


def world_options(command: Command) -> Command:
    """Declare the options that say what world a mock begins with."""
    for option in reversed(_WORLD_OPTIONS):
        command = option(command)
    return command


def read_settings(
    context: click.Context, world: str | None, chosen: dict[str, Any]
) -> Settings:
    """Read options, and the world file where no option says it."""
    if world is not None:
        chosen = _with_world(context, world, chosen)
    return checked_settings(chosen)


def checked_settings(chosen: dict[str, Any]) -> Settings:
    """Read options; one that cannot be is said by its name."""
    try:
        return Settings(**chosen)
    except config.SettingsError as error:
        option = "--" + error.name.replace("_", "-")
        raise RefusalError(
            f"{option} {error.rule}", f"{option} {error.rule_zh}"
        ) from None


def with_token(settings: Settings) -> tuple[Settings, str | None]:
    """Make a token if others can reach the mock and none was given."""
    if settings.on_loopback:
        if settings.token is not None:
            tell(
                f"--token is not needed on {settings.host}: "
                "from this machine the control API is open.",
                f"{settings.host} 上不需要 --token：本机可直接访问控制接口。",
            )
        return settings, None
    if settings.token is not None:
        return settings, None
    from dataclasses import replace

    from mockwx.entropy import Entropy

    token = Entropy().token()
    return replace(settings, token=token), token


def port_refused(error: OSError, settings: Settings) -> RefusalError:
    """Say which port cannot be had, and which option chooses another."""
    host, port = settings.host, getattr(error, "port", settings.port)
    asked = [option for option, each in _ports(settings) if each == port]
    if port and len(asked) > 1:
        return RefusalError(
            f"{' and '.join(asked)} both say {port}; choose another for one of them.",
            f"{' 和 '.join(asked)} 都是 {port}；请为其中之一换一个端口。",
        )
    option = asked[0] if asked else "--port"
    if error.errno == errno.EADDRINUSE:
        return RefusalError(
            f"port {port} on {host} is in use; stop what uses it, "
            f"or choose another with {option} (0 takes any free one).",
            f"{host} 的端口 {port} 已被占用；请停止占用它的程序，"
            f"或用 {option} 换一个（0 表示任意空闲端口）。",
        )
    return RefusalError(
        f"cannot listen on {host} port {port} "
        f"({error.strerror}); choose others with --host and {option}.",
        f"无法监听 {host} 端口 {port}（{error.strerror}）；"
        f"请用 --host 和 {option} 另选。",
    )


def _ports(settings: Settings) -> Iterator[tuple[str, int]]:
    """Say which options chose the ports that are wanted."""
    yield "--port", settings.port
    if settings.tls:
        yield "--tls-port", settings.tls_port
    if settings.proxy:
        yield "--proxy-port", settings.proxy_port


def _with_world(
    context: click.Context, path: str, chosen: dict[str, Any]
) -> dict[str, Any]:
    """Add what a world file says, where no option or variable says it."""
    from pathlib import Path

    from mockwx.seed import load

    found = load(Path(path))
    left_open = {
        name: value
        for name, value in found.settings.items()
        if context.get_parameter_source(name) is ParameterSource.DEFAULT
    }
    return {**chosen, **left_open, "world": found.world}
