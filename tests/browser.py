"""A real browser that does what a test says, in a process of its own."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.environments import child_environment
from tests.environments import node_environment


DRIVER = Path(__file__).parent / "e2e" / "drivers" / "page_driver.js"
PACKAGES = ("playwright-core@1.65.1", "axe-core@4.10.3")


class Page:
    """One page; a selector is playwright's: CSS, `text=…`, `role=button[name=…]`."""

    def __init__(self, driver: "subprocess.Popen[str]") -> None:
        """Take the process that holds the browser."""
        self._driver = driver

    def open(self, url: str, **options: object) -> None:
        """Open an address in a browser that remembers nothing."""
        self._ask("open", url, options)

    def click(self, selector: str) -> None:
        """Click."""
        self._ask("click", selector)

    def fill(self, selector: str, text: str) -> None:
        """Fill in a field."""
        self._ask("fill", selector, text)

    def choose(self, selector: str, **option: object) -> None:
        """Choose of a list: by value, label or index."""
        self._ask("choose", selector, option)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self._ask("press", key)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self._ask("type", text)

    def wait(self, selector: str) -> None:
        """Wait until it is to be seen."""
        self._ask("wait", selector)

    def wait_gone(self, selector: str) -> None:
        """Wait until it is no more."""
        self._ask("wait_gone", selector)

    def texts(self, selector: str) -> list[str]:
        """Return what is to be read on each match."""
        found: list[str] = self._ask("texts", selector)
        return found

    def text(self, selector: str) -> str:
        """Return what is to be read on all matches together."""
        return "\n".join(self.texts(selector))

    def labels(self, selector: str) -> list[str]:
        """Return what a screen reader says of each match."""
        found: list[str] = self._ask("labels", selector)
        return found

    def value(self, selector: str) -> str:
        """Return what stands in a field."""
        return str(self._ask("value", selector))

    def attribute(self, selector: str, name: str) -> str | None:
        """Return an attribute of the first match."""
        found: str | None = self._ask("attribute", selector, name)
        return found

    def hidden(self, selector: str) -> bool:
        """Say whether it cannot be seen."""
        return bool(self._ask("hidden", selector))

    def colour(self, selector: str) -> str:
        """Return the colour behind something."""
        return str(self._ask("colour", selector))

    def focused(self) -> str:
        """Name what has the focus."""
        return str(self._ask("focused"))

    def reload(self) -> None:
        """Load the page again."""
        self._ask("reload")

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._ask("resize", width, height)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self._ask("overflow"))

    def screenshot(self, path: Path) -> None:
        """Take a picture of the window."""
        self._ask("screenshot", str(path))

    def errors(self) -> list[str]:
        """Return what the page's script failed at since it was opened."""
        found: list[str] = self._ask("errors")
        return found

    def violations(self) -> list[dict[str, Any]]:
        """Return which rules of accessibility axe-core finds broken."""
        found: list[dict[str, Any]] = self._ask("violations")
        return found

    def _ask(self, call: str, *arguments: object) -> Any:
        question, answers = self._driver.stdin, self._driver.stdout
        if question is None or answers is None:
            raise RuntimeError("The driver was started without pipes.")
        question.write(json.dumps({"call": call, "arguments": arguments}) + "\n")
        question.flush()
        line = answers.readline()
        if not line:
            pytest.fail(f"The browser ended during {call}, see its standard error.")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            pytest.fail(f"{call}{arguments} failed: {answer['error']}")
        return answer["result"]


@contextmanager
def browser() -> Iterator[Page]:
    """Start a browser; its one page is opened again and again."""
    chromium = shutil.which("chromium") or "chromium"
    driver = subprocess.Popen(
        ["node", DRIVER, node_environment(*PACKAGES), chromium],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=child_environment(),
    )
    try:
        yield Page(driver)
    finally:
        driver.communicate(timeout=20)
