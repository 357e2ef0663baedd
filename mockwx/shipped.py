"""Files beside the packages: in the checkout, or where an installation laid them."""

import json
import sysconfig
from collections.abc import Mapping
from pathlib import Path


SHARED = "share/mockwx"
"""Where an installation keeps them, below its data folder (setup.cfg, data_files)."""


def root() -> Path:
    """Return the folder that holds `fixtures` and `docs`."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "fixtures" / "scenarios").is_dir():
        return checkout
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    places = [Path(sysconfig.get_path("data", each)) / SHARED for each in schemes]
    return next((each for each in places if each.is_dir()), places[0])


def replies() -> Mapping[str, object]:
    """Return the replies on WeChat's pages, by the name of the interface."""
    found: dict[str, object] = {}
    for file in sorted((root() / "fixtures" / "replies").glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found
