"""Every probe that an open backend fails is explained, and nothing else is."""

import pytest

from tests.backends.findings import FINDINGS
from tests.backends.hosted import BACKENDS
from tests.backends.hosted import Hosted
from tests.backends.verdicts import recorded


def named(backend: Hosted) -> str:
    """Name a backend in a test's id."""
    return backend.name


@pytest.mark.parametrize("backend", BACKENDS, ids=named)
def test_each_failed_probe_belongs_to_one_finding(backend: Hosted) -> None:
    failed = [probe for probe, how in recorded(backend).items() if how == "fail"]

    explained = [each for finding in FINDINGS[backend.name] for each in finding.probes]

    assert sorted(explained) == sorted(failed)


@pytest.mark.parametrize("backend", BACKENDS, ids=named)
def test_finding_has_a_severity_of_its_own_only_where_no_probe_has_one(
    backend: Hosted,
) -> None:
    assert all(
        bool(each.probes) != bool(each.severity) for each in FINDINGS[backend.name]
    )
