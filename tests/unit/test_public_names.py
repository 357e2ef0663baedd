"""What `import mockwx` offers."""

import pytest

import mockwx


@pytest.mark.parametrize("name", mockwx.__all__)
def test_public_name_is_there(name: str) -> None:
    assert getattr(mockwx, name) is not None
    assert name in dir(mockwx)


def test_other_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'create_application'"):
        _ = mockwx.create_application
