"""The command `mockwx`: options in, exit status out.

Click alone is imported here; each command imports the rest when it runs, so that
`mockwx --help` answers at once.
"""

import errno
import json
import os
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from functools import partial
from typing import Any
from typing import NoReturn
from typing import TypeVar

import click
from click.core import ParameterSource

from mockwx import config
from mockwx.config import Settings
from mockwx.domain.refusal import RefusalError
from mockwx.version import __version__


Command = TypeVar("Command", bound=Callable[..., Any])

MEMORY = "memory:"
DEFAULTS = Settings()


class UnknownErrcodeError(RefusalError):
    """An errcode that WeChat may have, but that is not known here."""

    exit_status = 1


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Answer in JSON, for programs."
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command; an error is a sentence in each language, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        status = cli.main(given, prog_name="mockwx", standalone_mode=False)
    except RefusalError as error:
        _refuse(error.message, error.message_zh, error.exit_status)
    except click.UsageError as error:
        see = f"`{error.ctx.command_path if error.ctx else 'mockwx'} --help`"
        english = error.format_message().rstrip(".")
        _refuse(f"{english}; see {see}.", f"用法有误；请看 {see}。", error.exit_code)
    except click.FileError as error:
        name, reason = error.ui_filename, error.message
        english = f"{name} cannot be opened ({reason})."
        _refuse(english, f"无法打开 {name}（{reason}）。", error.exit_code)
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        # Whoever read our output has gone: `mockwx errcodes | head -1`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(status or 0)


def _refuse(message: str, message_zh: str, status: int) -> NoReturn:
    """End with one line in each language, whatever is quoted in them."""
    for said in (f"mockwx: {message}", f"mockwx：{message_zh}"):
        lines = (line.strip() for line in said.splitlines())
        click.echo(" ".join(lines), err=True)
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """WeChat's login servers on your own machine.

    \b
    Example:
      mockwx serve
      curl -X POST http://127.0.0.1:7778/_mockwx/api/wx/login
    """


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


@cli.command()
@setting("--host", help="Address to listen on.")
@setting("--port", type=int, help="0 takes any free port.")
@setting("--tls/--no-tls", help="Answer WeChat's hosts by HTTPS too, see mockwx ca.")
@setting("--tls-port", type=int, help="The port of --tls.")
@setting("--proxy/--no-proxy", help="Be a proxy too, for which WeChat is the mock.")
@setting("--proxy-port", type=int, help="The port of --proxy.")
@world_options
@setting("--token", help="For the control API, when others can reach the mock.")
@setting("--store", default=MEMORY, help="Where state lives; memory: for now.")
@setting("--workers", type=int, default=1, help="Processes; memory: allows one.")
@click.pass_context
def serve(
    context: click.Context,
    /,
    store: str,
    workers: int,
    world: str | None,
    **chosen: Any,
) -> int:
    """Run the mock until it is interrupted.

    The first line on stdout, `mockwx ready on http://HOST:PORT`, comes once it answers.

    \b
    Example:
      mockwx serve --port 0 --seed 1
      mockwx serve --world shop.yaml
    """
    _check_store(store, workers)
    return _serve(_read_settings(context, world, chosen))


@cli.command(context_settings={"allow_interspersed_args": False})
@setting("--port", type=int, default=0, help="0 takes any free port.")
@setting("--tls-port", type=int, default=0, help="The port of HTTPS.")
@setting("--proxy-port", type=int, default=0, help="The port of the proxy.")
@click.option(
    "--netns",
    "isolated",
    is_flag=True,
    help="Give it a network of its own, without any other host (Linux, root).",
)
@world_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run(
    context: click.Context,
    /,
    command: tuple[str, ...],
    isolated: bool,
    world: str | None,
    **chosen: Any,
) -> int:
    """Run a command whose calls to WeChat reach a mock of its own.

    The command stays as it is: variables of its environment lead it here, whatever it
    is written in. Its exit status is ours.

    \b
    Example:
      mockwx run -- python manage.py test
      mockwx run --seed 1 -- npm start
    """
    settings = _read_settings(context, world, chosen)
    from mockwx.launch import run as run_command

    try:
        status, said = run_command(command, settings, isolated=isolated)
    except OSError as error:
        raise _port_refused(error, settings) from None
    for line in said:
        click.echo(f"mockwx: {line}", err=True)
    return status


@cli.command()
@click.option(
    "--shell",
    type=click.Choice(("sh", "fish", "powershell", "dotenv", "json")),
    default="sh",
    show_default=True,
    help="For whom it is written.",
)
@click.option(
    "--runtime",
    "runtimes",
    type=click.Choice(
        ("python", "node", "java", "go", "php", "dotnet", "ruby", "curl")
    ),
    multiple=True,
    help="For this one alone, and again for another; without, for all.",
)
@setting("--host", help="Address of the running mock.")
@setting("--port", type=int, help="Its port.")
@setting("--tls-port", type=int, help="Its port of --tls.")
@setting("--proxy-port", type=int, help="Its port of --proxy.")
def env(shell: str, runtimes: tuple[str, ...], **chosen: Any) -> None:
    """Print the settings that lead a runtime to a running mock.

    \b
    Example:
      mockwx serve --tls --proxy &
      eval "$(mockwx env)"
      mockwx env --shell dotenv --runtime node
    """
    from mockwx import shells
    from mockwx.authority import AuthorityFolder
    from mockwx.launch import answers
    from mockwx.launch import locate
    from mockwx.runtimes import RUNTIMES
    from mockwx.runtimes import environment

    settings = _checked_settings(chosen)
    where = locate(settings, AuthorityFolder.of_user())
    told = environment(where, config.environ_with(), runtimes or RUNTIMES)
    click.echo(shells.write(shell, told))
    if not answers(where):
        click.echo(
            f"mockwx: nothing answers on port {where.proxy_port} yet; start "
            "'mockwx serve --tls --proxy' before what these settings are for.",
            err=True,
        )


def _read_settings(
    context: click.Context, world: str | None, chosen: dict[str, Any]
) -> Settings:
    """Read options, and the world file where no option says it."""
    if world is not None:
        chosen = _with_world(context, world, chosen)
    return _checked_settings(chosen)


def _checked_settings(chosen: dict[str, Any]) -> Settings:
    try:
        return Settings(**chosen)
    except config.SettingsError as error:
        option = "--" + error.name.replace("_", "-")
        raise RefusalError(
            f"{option} {error.rule}", f"{option} {error.rule_zh}"
        ) from None


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


@cli.command()
@json_option
def routes(*, as_json: bool) -> None:
    """List the interfaces of WeChat that the mock answers.

    \b
    Example:
      mockwx routes --json
    """
    from mockwx.web.interfaces import INTERFACES

    rows = [
        {
            "method": each.method,
            "path": each.path,
            "name": each.name,
            "family": each.family,
        }
        for each in INTERFACES
    ]
    _print_rows(rows, as_json=as_json)


# So that -1, a true errcode, is no option.
@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("code", type=int, required=False)
@json_option
def errcodes(code: int | None, *, as_json: bool) -> None:
    """Explain one errcode, or list all that the mock knows.

    \b
    Example:
      mockwx errcodes 40029
      mockwx errcodes -1
    """
    from mockwx.domain.errors import ErrCode
    from mockwx.domain.errors import lookup

    found = lookup(code) if code is not None else None
    if code is not None and found is None:
        raise UnknownErrcodeError(
            f"errcode {code} is not known here; "
            "'mockwx errcodes' lists those that are.",
            f"这里没有 errcode {code}；'mockwx errcodes' 列出已有的。",
        )
    rows = [
        {"errcode": int(each), "errmsg": each.errmsg, "zh": each.zh}
        for each in ([found] if found is not None else ErrCode)
    ]
    _print_rows(rows, as_json=as_json)


@cli.command()
def demo() -> int:
    """Play every login flow: mock, sample backend and phone; no network needed.

    \b
    Example:
      mockwx demo
    """
    from mockwx.demo import play

    return play()


@cli.group(invoke_without_command=True)
@click.pass_context
def ca(context: click.Context) -> None:
    """Show or renew the authority that vouches for WeChat's hosts on this machine.

    It is made on first use, and good for nothing but WeChat's domains.

    \b
    Example:
      mockwx ca path
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


format_option = click.option(
    "--format",
    "form",
    type=click.Choice(("pem", "bundle", "p12")),
    default="pem",
    show_default=True,
    help="Ours alone, with the system's, or both for Java.",
)


@ca.command()
@format_option
def path(form: str) -> None:
    """Print the file to trust; it is written anew each time.

    \b
    Example:
      export NODE_EXTRA_CA_CERTS=$(mockwx ca path)
      export SSL_CERT_FILE=$(mockwx ca path --format bundle)
    """
    from mockwx.authority import AuthorityFolder

    click.echo(AuthorityFolder.of_user().path(form))


@ca.command()
@format_option
@click.option(
    "-o", "--output", type=click.File("wb"), default="-", help="A file; - is stdout."
)
def export(form: str, output: Any) -> None:
    """Write what is to be trusted elsewhere, in a container for example.

    \b
    Example:
      mockwx ca export --format p12 -o truststore.p12
    """
    from mockwx.authority import AuthorityFolder

    output.write(AuthorityFolder.of_user().content(form))


@ca.command()
def renew() -> None:
    """Make a new authority; nobody trusts what the old one vouched for.

    \b
    Example:
      mockwx ca renew
    """
    from mockwx.authority import AuthorityFolder

    folder = AuthorityFolder.of_user()
    folder.renew()
    click.echo(f"{folder.path('pem')} is new; restart the mock and its clients.")


@cli.command()
@click.option("--session-key", help="The key the backend used.")
@click.option("--iv", help="As the backend received it.")
@click.option("--encrypted-data", "encryptedData", help="As the backend received it.")
@click.option("--raw-data", "rawData", help="The string that was signed.")
@click.option("--signature", help="Of rawData; or, with --openid, of a login state.")
@click.option("--appid", help="The mini program the backend works for.")
@click.option("--code", help="The code the backend exchanged.")
@click.option("--openid", help="The person it was about.")
@click.option("--error", help="The text of the exception.")
@click.option("--sdk", help="Whose exception it is: wxjava, wechatpy, …")
@click.option("--file", "path", help="The same values as JSON: a file, or - for stdin.")
@click.option("--server", help="A running mock, which knows what it issued.")
@click.option("--world", help="The world of that mock, if not found by the values.")
@click.option("--token", help="Of the mock's control API, if it needs one.")
@click.option(
    "--lang", type=click.Choice(("en", "zh")), default="en", help="What to speak."
)
@json_option
def doctor(
    *,
    path: str | None,
    server: str | None,
    world: str | None,
    token: str | None,
    lang: str,
    as_json: bool,
    **values: str | None,
) -> int:
    """Say why a decryption or a signature fails.

    Exit status: 0 if what was given agrees, 1 if a cause is found, 2 for wrong usage.

    \b
    Example:
      mockwx doctor --session-key K --iv V --encrypted-data D
      mockwx doctor --file failed.json --server http://127.0.0.1:7778
    """
    from mockwx import consultation

    given = {name: value for name, value in values.items() if value is not None}
    door = consultation.Door.at(server, world, token)
    answer = consultation.consult(given, path=path, door=door)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in consultation.lines(answer, lang):
            click.echo(line)
    return 0 if answer["ok"] else 1


@cli.command()
@click.option(
    "--host", required=True, help="Whom to ask: https://HOST. Nobody is asked unnamed."
)
@click.option("--appid", help="Of an app of yours, with --secret.")
@click.option(
    "--secret",
    envvar=config.ENVIRONMENT_PREFIX + "PROBE_SECRET",
    show_envvar=True,
    help="Of that app; answers show it cut.",
)
@click.option(
    "--access-token",
    envvar=config.ENVIRONMENT_PREFIX + "PROBE_ACCESS_TOKEN",
    show_envvar=True,
    help="One that you have; none is ever fetched, as that would end yours.",
)
@click.option(
    "--with-stable-token",
    is_flag=True,
    help="Ask for the stable token in use too, without refreshing it.",
)
@click.option(
    "--lang", type=click.Choice(("en", "zh")), default="en", help="What to speak."
)
@json_option
def probe(*, host: str, lang: str, as_json: bool, **given: Any) -> int:
    """Ask a real service harmless questions, and tell where the mock differs.

    Nothing is changed and nothing spent. Exit status: 0 if every answer agrees, 1 if
    one differs or does not come, 2 for wrong usage.

    \b
    Example:
      mockwx probe --host http://127.0.0.1:7778
      mockwx probe --host http://127.0.0.1:7778 --lang zh --json
    """
    from mockwx.probe import asking
    from mockwx.probe import report

    asked = asking.Probe.checked(host, **given)
    found = []
    for each in asking.findings(asked):
        found.append(each)
        if not as_json:
            for line in report.lines(each, lang):
                click.echo(line)
    answer = report.answer(asked, found)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in report.summary(found, lang):
            click.echo(line)
    return 0 if answer["ok"] else 1


def _check_store(store: str, workers: int) -> None:
    if store != MEMORY:
        raise RefusalError(
            f"--store {store} is not available in this version; use {MEMORY}",
            f"这个版本没有 --store {store}；请用 {MEMORY}",
        )
    if workers != 1:
        raise RefusalError(
            f"--workers must be 1, not {workers}: processes cannot share "
            "what the memory store holds.",
            f"--workers 必须是 1，不能是 {workers}：多个进程无法共享内存里的状态。",
        )


def _serve(settings: Settings) -> int:
    from mockwx.listeners.http import has_granian
    from mockwx.listeners.http import serve as serve_http

    settings, made_token = _with_token(settings)
    if not has_granian():
        click.echo("mockwx: granian is not installed; using waitress.", err=True)
    try:
        return serve_http(settings, partial(announce, made_token))
    except OSError as error:
        raise _port_refused(error, settings) from None


def _with_token(settings: Settings) -> tuple[Settings, str | None]:
    """Make a token if others can reach the mock and none was given."""
    if settings.on_loopback:
        if settings.token is not None:
            click.echo(
                f"mockwx: --token is not needed on {settings.host}: "
                "from this machine the control API is open.",
                err=True,
            )
        return settings, None
    if settings.token is not None:
        return settings, None
    from dataclasses import replace

    from mockwx.entropy import Entropy

    token = Entropy().token()
    return replace(settings, token=token), token


def announce(made_token: str | None, url: str, *doors: str) -> None:
    """Print the ready line, further doors, and the token that nobody knows yet."""
    click.echo(f"mockwx ready on {url}")
    for door in doors:
        click.echo(door)
    if made_token is not None:
        click.echo(f"control API token: {made_token}")


def _port_refused(error: OSError, settings: Settings) -> RefusalError:
    host, port = settings.host, getattr(error, "port", settings.port)
    options = {
        settings.tls_port: "--tls-port",
        settings.proxy_port: "--proxy-port",
        settings.port: "--port",
    }
    option = options.get(port, "--port")
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


def _print_rows(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in _columns(rows):
        click.echo(line)


def _columns(rows: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Align all columns but the last, which may hold wide characters."""
    names = list(rows[0])
    widths = {name: max(len(str(row[name])) for row in rows) for name in names[:-1]}
    for row in rows:
        padded = [str(row[name]).ljust(widths[name]) for name in names[:-1]]
        yield "  ".join([*padded, str(row[names[-1]])]).rstrip()
