"""The shape of faults: the mock's own words, refused by line where they are wrong."""

from pathlib import Path

import pytest

from mockwx.domain import fault
from mockwx.domain.variant import VARIANTS
from simulator.scenario import faults
from simulator.scenario.loader import load_scenario
from simulator.scenario.source import FileError


def test_words_are_those_of_the_mock() -> None:
    assert faults.TRANSPORTS == fault.TRANSPORTS
    assert faults.BODIES == fault.BODIES
    assert faults.SESSION_ACTS == fault.SESSION_ACTS
    assert set(faults.PAYLOADS) == set(VARIANTS)


def load(tmp_path: Path, armed: str) -> object:
    path = tmp_path / "x.scenario.yaml"
    path.write_text(f"name: x\nsteps:\n- fault.arm: {armed}\n", encoding="utf-8")
    (step,) = load_scenario(path).steps
    return step.arguments["effect"]


@pytest.mark.parametrize(
    "effect",
    [
        {"errcode": -1},
        {"errcode": 45011, "delay_ms": 3000},
        {"errcode": 40243, "errmsg": "appsecret is frozen"},
        {"http_status": 502},
        {"http_status": 503, "body": "try later"},
        {"delay_ms": 1},
        {"transport": "hang"},
        {"body": "html"},
        {"session": "expire"},
        {"payload": "stale_key"},
    ],
    ids=str,
)
def test_every_effect_can_be_armed(tmp_path: Path, effect: dict[str, object]) -> None:
    written = ", ".join(f"{name}: {value}" for name, value in effect.items())

    assert load(tmp_path, f"{{effect: {{{written}}}}}") == effect


def test_fault_may_last_until_it_is_disarmed(tmp_path: Path) -> None:
    assert load(tmp_path, "{effect: {errcode: -1}, times: null}") == {"errcode": -1}


@pytest.mark.parametrize(
    ("armed", "problem"),
    [
        ("{times: 2}", "this step needs 'effect'"),
        ("{effect: {}}", "expected an effect such as {errcode: 45011}, found none"),
        ("{effect: 45011}", "expected an effect (a mapping), found 45011"),
        ("{effect: {errcod: 1}}", "did you mean 'errcode'?"),
        ("{effect: {transport: rest}}", "did you mean 'reset'?"),
        ("{effect: {payload: stale}}", "did you mean 'stale_key'?"),
        ("{effect: {body: htm}}", "did you mean 'html'?"),
        ("{effect: {errcode: 1, session: rotate}}", "only one of errcode, session"),
        ("{effect: {errcode: 1, body: html}}", "takes only one of body, errcode"),
        ("{effect: {errmsg: busy}}", "an effect with errmsg needs 'errcode'"),
        ("{effect: {body: html}, times: 0}", "expected a whole number from 1"),
        ("{effect: {body: html}, match: {url: /x}}", "a match has no 'url'"),
    ],
)
def test_fault_that_could_not_be_armed_is_named_with_its_line(
    tmp_path: Path, armed: str, problem: str
) -> None:
    with pytest.raises(FileError) as caught:
        load(tmp_path, armed)

    assert ":3: " in caught.value.message
    assert problem in caught.value.message
