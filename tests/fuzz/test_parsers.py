"""Every parser takes anything: first bytes of a proxy, world files, hostile answers."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from simulator.speech.masking import mask
from simulator.speech.masking import mask_text
from tests.environments import child_environment
from tests.environments import python_environment
from tests.fuzz.first_bytes import heard
from tests.fuzz.long import ATHERIS
from tests.fuzz.long import ROOT
from tests.fuzz.long import TARGETS
from tests.fuzz.long import has_atheris


PIECES = (
    *(b"GET ", b"CONNECT ", b"http://", b"https://", b"//", b"/", b":", b"@", b"[::1]"),
    *(
        b"api.weixin.qq.com",
        b"a.example",
        b":443",
        b":80",
        b":0",
        b":99999",
        b"%",
        b"#",
    ),
    *(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\0", b"\xff"),
    *(b"Proxy-Authorization: x\r\n", b"Connection: close\r\n", b"\x16\x03\x01", b"?"),
)
FIRST = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12)


@given(pieces=FIRST)
@settings(max_examples=3 * settings().max_examples, deadline=None)
def test_any_first_bytes_are_answered_or_closed(pieces: list[bytes]) -> None:
    answer = asyncio.run(heard(b"".join(pieces)))

    assert not answer or answer.startswith(b"HTTP/1.1 ")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["session_key", "secret", "a", "access_token"]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(answer=JSON)
@settings(deadline=None)
def test_any_answer_of_a_backend_can_be_masked(answer: object) -> None:
    assert json.dumps(mask(answer))
    assert isinstance(mask_text(json.dumps(answer)), str)


@pytest.mark.external
@pytest.mark.fuzz
@pytest.mark.timeout(900)
# Where there is no atheris, the tests above and the doctor's own stand for it.
@pytest.mark.parametrize("target", TARGETS if has_atheris() else ())
def test_coverage_led_bytes_break_nothing(target: str, tmp_path: Path) -> None:
    interpreter = python_environment(*ATHERIS)
    command = [interpreter, ROOT / "tests/fuzz/drivers/atheris_targets.py", target]

    done = subprocess.run(
        [
            *command,
            "-runs=20000",
            "-max_total_time=60",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        env=child_environment(PYTHONPATH=str(ROOT)),
        cwd=tmp_path,
        timeout=600,
    )

    assert done.returncode == 0, done.stderr[-3_000:]
