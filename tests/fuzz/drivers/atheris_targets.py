"""Lets atheris try bytes on the doctor or on what the proxy reads first.

python atheris_targets.py doctor|proxy [options of libFuzzer]
"""

import asyncio
import json
import sys

import atheris


with atheris.instrument_imports(include=["mockwx"]):
    from mockwx.diagnosis.doctor import diagnose
    from mockwx.diagnosis.question import FIELDS
    from mockwx.diagnosis.question import read_question
    from mockwx.domain.control import ControlError
    from tests.fuzz.first_bytes import heard


LONGEST = 400


def doctor(octets: bytes) -> None:
    """Ask the doctor anything."""
    drawn = atheris.FuzzedDataProvider(octets)
    values = {
        name: drawn.ConsumeUnicode(drawn.ConsumeIntInRange(0, LONGEST))
        for name in FIELDS
        if drawn.ConsumeBool()
    }
    try:
        question = read_question(values)
    except ControlError:
        return
    json.dumps(diagnose(question).as_json(), allow_nan=False)


def proxy(octets: bytes) -> None:
    """Say anything to the proxy."""
    asyncio.run(heard(octets))


if __name__ == "__main__":
    target = {"doctor": doctor, "proxy": proxy}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
