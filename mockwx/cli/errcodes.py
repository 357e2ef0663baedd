"""`mockwx errcodes`: what an errcode of WeChat means."""

import click

from mockwx.cli.options import json_option
from mockwx.cli.rows import print_rows
from mockwx.domain.refusal import RefusalError


class UnknownErrcodeError(RefusalError):
    """An errcode that WeChat may have, but that is not known here."""

    exit_status = 1


# So that -1, a true errcode, is no option.
@click.command("errcodes", context_settings={"ignore_unknown_options": True})
@click.argument("code", type=int, required=False)
@json_option
def errcodes_command(code: int | None, *, as_json: bool) -> None:
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
    print_rows(rows, as_json=as_json)
