"""Every mark of fidelity has a source, and every source a mark."""

import pytest

from tests.docs.ledger import CERTAINTIES
from tests.docs.ledger import ledger
from tests.docs.pages import ROOT
from tests.docs.sources import DOCUMENTED
from tests.docs.sources import INFERRED
from tests.docs.sources import LOGGED
from tests.docs.sources import OWNERS
from tests.docs.sources import TABLES
from tests.docs.sources import TESTS
from tests.docs.sources import source


def test_each_mark_has_a_source() -> None:
    for certainty, topics in ledger().items():
        for topic, files in topics.items():
            assert source(certainty, topic, files)


@pytest.mark.parametrize("certainty", CERTAINTIES)
def test_each_source_is_that_of_a_mark(certainty: str) -> None:
    assert TABLES[certainty].keys() - ledger()[certainty].keys() == set()


@pytest.mark.parametrize("owner", sorted(set(OWNERS.values())))
def test_each_owner_exists(owner: str) -> None:
    assert (ROOT / owner).is_file()


@pytest.mark.parametrize("certainty", CERTAINTIES)
def test_mark_without_a_source_is_refused(certainty: str) -> None:
    with pytest.raises(ValueError, match=r"'made up' .* add it to tests/docs"):
        source(certainty, "made up", [TESTS / "e2e" / "test_demo.py"])


@pytest.mark.parametrize(
    ("certainty", "topic", "file", "told"),
    [
        (DOCUMENTED, "x", "api/test_user_login.py", "[user-login](https://"),
        (DOCUMENTED, "x", "unit/domain/test_consent.py", "[authorize](https://"),
        (
            LOGGED,
            "component login: errors",
            "api/test_component_login.py",
            "Wechat-Group/WxJava#1201",
        ),
        (INFERRED, "x", "unit/domain/test_consent.py", "[mockwx/domain/consent.py](.."),
    ],
    ids=["page of a service", "page of a rule", "issue", "owner"],
)
def test_source_is_what_the_tested_module_or_the_table_tells(
    certainty: str, topic: str, file: str, told: str
) -> None:
    assert source(certainty, topic, [TESTS / file]).startswith(told)
