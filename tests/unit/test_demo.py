"""The demo's files and its sample backend."""

import urllib.request
from pathlib import Path

import pytest

from mockwx import demo
from mockwx import shipped
from mockwx.demo import DemoError
from mockwx.demo import demo_files


def _lay_out(fixtures: Path, backend: Path) -> None:
    (fixtures / "scenarios").mkdir(parents=True)
    (fixtures / "backends").mkdir()
    backend.mkdir(parents=True)
    (fixtures / "scenarios" / "02_b.scenario.yaml").write_text("")
    (fixtures / "scenarios" / "01_a.scenario.yaml").write_text("")
    (fixtures / "backends" / "flask_backend.backend.yaml").write_text(
        "name: x\nbase_url: http://127.0.0.1:5000  # here\ncalls: {}\n"
    )
    (backend / "app.py").write_text(
        "import os\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [os.environ['WECHAT_API'].encode()]\n"
    )


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "mockwx" / "shipped.py"))
    return tmp_path


def test_checkout_has_the_files(checkout: Path) -> None:
    backend = checkout / "docs" / "examples" / "flask_backend"
    _lay_out(checkout / "fixtures", backend)

    files = demo_files()

    assert files.backend == backend
    assert [each.name for each in files.scenarios] == [
        "01_a.scenario.yaml",
        "02_b.scenario.yaml",
    ]


@pytest.mark.parametrize("scheme", ["venv", "user"])
def test_installation_keeps_them_in_its_data_folder(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr(shipped.sysconfig, "get_default_scheme", lambda: "venv")
    monkeypatch.setattr(shipped.sysconfig, "get_preferred_scheme", lambda _: "user")
    monkeypatch.setattr(
        shipped.sysconfig, "get_path", lambda _, scheme: str(checkout / scheme)
    )
    shared = checkout / scheme / "share" / "mockwx"
    _lay_out(shared / "fixtures", shared / "docs" / "examples" / "flask_backend")

    files = demo_files()

    assert files.backend == shared / "docs" / "examples" / "flask_backend"
    assert files.backend_file.is_file()


def test_missing_files_are_said(checkout: Path) -> None:
    with pytest.raises(DemoError, match="files are missing") as told:
        demo_files()

    assert told.value.message_zh == "缺少演示所需的文件；请重新安装 mockwx。"


def test_backend_runs_until_the_demo_is_over(checkout: Path) -> None:
    backend = checkout / "docs" / "examples" / "flask_backend"
    _lay_out(checkout / "fixtures", backend)

    with (
        demo._sample_backend(backend, wechat_api="http://x") as url,
        urllib.request.urlopen(url, timeout=10) as response,
    ):
        told = response.read()

    assert told == b"http://x"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url, timeout=1)


def test_backend_that_does_not_start_is_said(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit('broken')\n")

    with (
        pytest.raises(DemoError, match="did not start") as told,
        demo._sample_backend(tmp_path, wechat_api="http://x"),
    ):
        pytest.fail("the backend started after all")

    assert told.value.message_zh == "示例后端没有启动；它自己的输出见上文。"


def test_backend_file_is_pointed_at_the_real_address(checkout: Path) -> None:
    _lay_out(checkout / "fixtures", checkout / "docs" / "examples" / "flask_backend")

    with demo._pointed_at(demo_files().backend_file, "http://127.0.0.1:1") as copy:
        text = copy.read_text("utf-8")

    assert text == "name: x\nbase_url: http://127.0.0.1:1\ncalls: {}\n"
    assert not copy.exists()
