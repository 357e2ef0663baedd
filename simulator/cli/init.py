"""`wxsim init`: ask a few questions, write a first backend file and a first story."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.program import UseError


if TYPE_CHECKING:
    from simulator.ports import SimulatorError
    from simulator.sketch.model import Sketch

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

# What is asked, in both languages, and in which words it may be answered. Options of
# the same names answer it beforehand.
_QUESTIONS = {
    "name": ("What is the backend called? 后端叫什么？", "any name"),
    "url": ("Where does it listen? 它监听在哪里？", "http://HOST:PORT"),
    "appid": (
        "Which appid is it started with? 后端启动时用哪个 appid？",
        "wx and 16 hex digits; none: that of the mock, wx6d6f636b77780001",
    ),
    "secret": (
        "Which secret? A made-up one will do. 用哪个 secret？可以是编造的。",
        "32 hex digits; none: that of the mock",
    ),
    "login": (
        "Which call takes the code of wx.login? 哪个调用接收 wx.login 的 code？",
        "METHOD /path",
    ),
    "code": (
        "Where is the code in it? code 放在哪里？",
        "json:NAME, form:NAME, query:NAME, header:NAME, or path",
    ),
    "success": (
        "What is a success? 怎样算成功？",
        "status, or PATH=VALUE as in data.code=0 where it always answers 200: data is "
        "the JSON of the answer",
    ),
    "keep": (
        "Where in the answer is the login state? 登录态在响应的哪里？",
        "data.PATH.IN.JSON, cookie.NAME, header.NAME, text, or none",
    ),
    "send": (
        "How is it sent afterwards? 之后怎样发送？",
        "bearer, token, jwt, bare, header:NAME, cookie:NAME, query:NAME, body:NAME, "
        "or none",
    ),
    "page": (
        "Which page needs a login? 哪个页面需要登录？",
        "METHOD /path, or none",
    ),
}


@click.command("init")
@click.option("--openapi", type=_FILE, metavar="FILE", help="Read the calls there.")
@click.option("--har", type=_FILE, metavar="FILE", help="Read what was sent there.")
@click.option("--name", metavar="TEXT", help="What the backend is called.")
@click.option("--url", metavar="URL", help="Where it listens, or wsgi:MODULE:NAME.")
@click.option("--appid", metavar="APPID", help="The appid it is started with.")
@click.option("--secret", metavar="SECRET", help="The secret; a made-up one will do.")
@click.option("--login", metavar="'POST /path'", help="The call that takes the code.")
@click.option("--code", metavar="PLACE:NAME", help="Where the code is: json:code.")
@click.option(
    "--success", metavar="PATH=VALUE", help="What is a success, as in data.code=0."
)
@click.option("--keep", metavar="PATH", help="Where the answer has the login state.")
@click.option("--send", metavar="HOW", help="How it is sent afterwards, as in bearer.")
@click.option("--page", metavar="'GET /path'", help="Something that needs a login.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where the two files are written. Default: here.",
)
@click.option("--yes", "-y", is_flag=True, help="Ask nothing; take what is usual.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def init_command(
    openapi: Path | None,
    har: Path | None,
    folder: Path,
    *,
    yes: bool,
    force: bool,
    **given: str | None,
) -> None:
    """Write a first backend file and a first scenario.

    Asks a few questions, or reads the answers from an OpenAPI file or from a HAR file
    that a browser or a proxy recorded. Both files are yours to edit; comments in them
    say where.

    Example: wxsim init

    Example: wxsim init --openapi openapi.json --yes

    Exit status: 0 both are written, 2 wrong use.
    """
    from simulator.ports import SimulatorError
    from simulator.sketch.reading import described

    try:
        known = described(openapi, har)
        sketch = _asked(known, given, ask=not yes)
        _write(sketch, folder, ask=not yes, force=force)
    except SimulatorError as error:
        raise UseError(error) from error
    except click.Abort:
        raise UseError(_nobody()) from None


def _asked(known: Sketch | None, given: dict[str, str | None], *, ask: bool) -> Sketch:
    """Fill in what is not given: from what is known, from answers, from habit."""
    from simulator.sketch.answers import defaults
    from simulator.sketch.answers import sketched

    usual = defaults(known, folder=Path.cwd().name)
    answers: dict[str, str] = {}
    for name in _QUESTIONS:
        answer = given.get(name)
        if answer is None and name not in usual:
            continue  # it was read from a file
        if answer is None and ask:
            answer = _ask(name, usual[name])
        answers[name] = usual.get(name, "") if answer is None else str(answer)
    return sketched(known, answers)


def _ask(name: str, usual: str) -> str:
    """Ask until the answer can be used."""
    from simulator.ports import SimulatorError
    from simulator.sketch.answers import validated

    def usable(text: str) -> str:
        try:
            return validated(name, text)
        except SimulatorError as error:
            raise click.UsageError(f"{error.message} {error.zh}") from error

    question, forms = _QUESTIONS[name]
    shown = f"{question}\n  {forms}"
    return str(click.prompt(shown, default=usual, value_proc=usable, err=True))


def _write(sketch: Sketch, folder: Path, *, ask: bool, force: bool) -> None:
    from simulator.playing import check
    from simulator.sketch.answers import stem
    from simulator.sketch.writing import backend_text
    from simulator.sketch.writing import scenario_text

    name = stem(sketch.name)
    texts = {
        folder / f"{name}.backend.yaml": backend_text(sketch),
        folder / f"{name}.scenario.yaml": scenario_text(sketch),
    }
    for path in texts:
        if path.exists() and not force:
            _may_overwrite(path, ask=ask)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    check(texts)
    backend, story = texts
    for path in texts:
        click.echo(f"wrote {path}")
    click.echo(
        f"""
Next: look at the comments in both, then check and play them:
  wxsim check {backend} {story}
  wxsim run {story} --backend {backend} \\
    --exec "THE COMMAND THAT STARTS YOUR BACKEND" --html report.html
接下来：按注释修改这两个文件，再用上面的命令检查并运行。"""
    )


def _may_overwrite(path: Path, *, ask: bool) -> None:
    from simulator.ports import SimulatorError

    question = f"{path} exists. Overwrite it? 文件已存在，要覆盖吗"
    if not (ask and click.confirm(question, default=False, err=True)):
        raise SimulatorError(
            f"{path} exists and was left as it is; give --force to overwrite it, or "
            "--folder DIR to write elsewhere.",
            f"{path} 已存在，未作改动；要覆盖请加 --force，换地方请用 --folder DIR。",
        )


def _nobody() -> SimulatorError:
    from simulator.ports import SimulatorError as Error

    return Error(
        "Nobody answers; give --yes to take what is usual, and options for the rest.",
        "没有得到回答；请加 --yes 使用默认值，其余用选项给出。",
    )
