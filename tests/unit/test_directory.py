"""Who exists, and the ids that tie apps and people together."""

from dataclasses import replace

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.directory import owner_of
from mockwx.domain.errors import WeChatError
from mockwx.domain.identity import derive_openid
from mockwx.domain.identity import derive_unionid
from mockwx.domain.mini_program import MiniProgram
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play


SEED = 1


@pytest.fixture
def directory():
    return Play().wechat.directory


@pytest.fixture
def app(directory):
    return directory.app(DEFAULT_APPID)


def test_mini_program_is_found_by_its_appid(directory):
    assert directory.app(OTHER_APPID).appid == OTHER_APPID


def test_unknown_mini_program_is_wechats_error(directory):
    with pytest.raises(WeChatError) as refused:
        directory.app("wx0000000000000000")
    assert refused.value.errcode == 40013


def test_person_is_made_up_once(directory):
    alice = directory.user("alice")
    assert directory.user("alice") is alice
    assert [name for name, _ in directory.users.items()] == ["alice"]


def test_openid_is_derived_and_tells_whose_it_is(directory, app):
    openid = directory.openid(app, "alice")
    assert openid == derive_openid(SEED, "alice", DEFAULT_APPID)
    assert directory.openid(app, "alice") == openid
    assert directory.whose(openid, DEFAULT_APPID) == "alice"
    assert directory.whose(openid, OTHER_APPID) is None


def test_openid_that_was_not_given_out_is_nobodys(directory):
    openid = directory.openid_of(DEFAULT_APPID, "alice")
    assert directory.whose(openid, DEFAULT_APPID) is None


def test_unionid_belongs_to_the_open_platform_account(directory, app):
    unionid = directory.unionid(app, "alice")
    assert unionid == derive_unionid(SEED, "alice", "mockwx")


@pytest.mark.parametrize("account", [None, ""])
def test_app_without_an_account_has_no_unionids(directory, account):
    app = MiniProgram("wx1", "secret", open_platform=account)
    assert directory.unionid(app, "alice") is None


def test_owner_names_app_and_person():
    assert owner_of("wx1", "alice") == "wx1/alice"


def test_mentioned_person_is_kept_by_name_alone(directory):
    alice = directory.user("alice")
    assert dict(directory.users.scan()) == {"alice": "alice"}
    assert directory.everybody() == [alice]


def test_changed_person_is_kept_whole_and_mentioned_so(directory):
    directory.mention("alice")
    changed = replace(directory.user("alice"), blocked=True)
    directory.users.put("alice", changed)
    assert directory.mention("alice") is changed
    assert directory.user("alice") is changed
    assert directory.is_blocked("alice")
    assert not directory.is_blocked("bob")
