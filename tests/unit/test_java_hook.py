"""The jar that leads Java is the one its sources make."""

from tests import java_hook


def test_jar_was_made_from_the_sources_beside_it() -> None:
    assert java_hook.digest_in_jar() == java_hook.digest(), (
        "run python -m tests.java_hook"
    )
