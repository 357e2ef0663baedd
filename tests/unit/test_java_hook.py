"""The jar that leads Java is the one its sources make."""

import zipfile

from tests import java_hook


# How class files name the version that they need.
JAVA_8 = 52


def test_jar_was_made_from_the_sources_beside_it() -> None:
    assert java_hook.digest_in_jar() == java_hook.digest(), (
        "run python -m tests.java_hook"
    )


def test_java_8_can_load_all_that_is_in_the_jar() -> None:
    with zipfile.ZipFile(java_hook.JAR) as jar:
        classes = [jar.read(name) for name in jar.namelist() if name.endswith(".class")]

    assert len(classes) > 1
    assert {int.from_bytes(each[6:8], "big") for each in classes} == {JAVA_8}
