"""Laws of the login that hold whatever phone, backend and clock do."""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import multiple
from hypothesis.stateful import rule

from mockwx.config import DEFAULT_APPID
from mockwx.config import Settings
from mockwx.crypto.signature import sign_raw_data
from mockwx.domain.codes import CODE_TTL
from mockwx.domain.quota import DAY
from mockwx.domain.session import POLICIES
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import OTHER_SECRET
from tests.unit.services.play import Play
from tests.unit.services.play import attempt
from tests.unit.services.play import opened
from tests.unit.services.play import reads


USERS = ("alice", "bob")
PHONES = ("phone", "tablet")
# Beyond it codes and keys are forgotten, which no law of the login speaks of.
END_OF_HISTORY = NOON + Settings().history_days * DAY


class LoginLaws(RuleBasedStateMachine):
    """Two people with two phones each, one app, one backend, and an intruder."""

    codes = Bundle("codes")
    user = st.sampled_from(USERS)
    device = st.sampled_from(PHONES)

    @initialize(policy=st.sampled_from(sorted(POLICIES)))
    def begin(self, policy):
        self.play = Play(policy)
        self.policy = POLICIES[policy]
        self.made = {}  # code → (person, number of the key current then, time)
        self.spent = set()
        self.latest_login = {}  # (person, phone) → number of the login state

    @property
    def now(self):
        return self.play.wechat.clock.now()

    def current(self, user):
        return next(iter(self.play.history(user)[-1:]), None)

    @rule(target=codes, user=user, device=device)
    def login(self, user, device):
        before = self.current(user)
        code = self.play.login(user=user, device=device)
        key = self.current(user)
        self.made[code] = (user, key.number, self.now)
        self.latest_login[user, device] = key.login_number
        assert key.live(self.now)
        replaced = before is None or key.number != before.number
        if replaced and before is not None and before.live(self.now):
            interval = self.policy.rotate_min_interval
            assert interval is not None
            assert self.now - before.created_at >= interval
        return code

    @rule(code=codes)
    def exchange(self, code):
        user, number, issued_at = self.made[code]
        answer = attempt(self.play.exchange, code)
        if code in self.spent:
            assert answer == 40163
        elif self.now >= issued_at + CODE_TTL:
            assert answer == 40029
        else:
            self.spent.add(code)
            assert answer.user == user
            assert answer.openid == self.play.openid(user)
            assert answer.session_key == self.play.history(user)[number - 1].session_key

    @rule(code=codes)
    def intrude(self, code):
        _, _, issued_at = self.made[code]
        foreign = {"appid": OTHER_APPID, "secret": OTHER_SECRET}
        answer = attempt(self.play.exchange, code, **foreign)
        assert answer == (40163 if code in self.spent else 40029)
        if self.now < issued_at + CODE_TTL:
            self.spent.add(code)

    @rule(user=user, api=st.sampled_from(["getUserInfo", "getPhoneNumber"]))
    def seal(self, user, api):
        before = self.current(user)
        answer = self.play.wx(api, user=user)
        if before is None or not before.live(self.now):
            assert "encryptedData" not in answer
            return
        shown = self.play.wechat.world.sessions(DEFAULT_APPID, user, reveal=True)
        payload = shown["payloads"][-1]
        assert payload["key_number"] == before.number
        key = shown["session_keys"][payload["key_number"] - 1]["session_key"]
        plain = opened(answer, key)
        assert plain.decode() == payload["plaintext"]
        assert json.loads(plain)["watermark"] == {
            "timestamp": self.now,
            "appid": DEFAULT_APPID,
        }
        if "rawData" in answer:
            assert answer["signature"] == sign_raw_data(answer["rawData"], key)

    @rule(user=user, device=device)
    def check_session(self, user, device):
        key = self.current(user)
        expected = (
            key is not None
            and key.live(self.now)
            and self.latest_login.get((user, device)) == key.login_number
        )
        answer = self.play.wx("checkSession", user=user, device=device)
        assert (answer["errMsg"] == "checkSession:ok") is expected

    @rule(user=user)
    def reset_key(self, user):
        key = self.current(user)
        answer = attempt(self.play.reset_key, key.session_key if key else "none", user)
        if key is None or not key.live(self.now):
            assert answer == 87007
        else:
            successor = self.current(user)
            assert successor.number == key.number + 1
            assert successor.expires_at == key.expires_at
            assert successor.login_number == key.login_number

    @rule(user=user)
    def rotate(self, user):
        self.play.wechat.world.rotate(DEFAULT_APPID, user)
        assert self.current(user).live(self.now)

    @rule(user=user)
    def expire(self, user):
        if self.current(user) is not None:
            self.play.wechat.world.expire(DEFAULT_APPID, user)
            assert not self.current(user).live(self.now)

    @rule(seconds=st.sampled_from([0, 1, 299, 300, 3600, 259_199, 259_200, 2_592_000]))
    def advance(self, seconds):
        if self.now + seconds < END_OF_HISTORY:
            self.play.advance(seconds)

    @rule(user=user)
    def server_accepts_exactly_the_live_key(self, user):
        for key in self.play.history(user):
            answer = attempt(self.play.check_key, key.session_key, user)
            assert answer == (user if key.live(self.now) else 87009)

    @rule(target=codes, user=user, device=device)
    def login_twice(self, user, device):
        return multiple(self.login(user, device), self.login(user, device))

    @rule(user=user)
    def dead_keys_open_nothing_new(self, user):
        answer = self.play.wx("getUserInfo", user=user)
        if "encryptedData" in answer:
            *dead, live = self.play.history(user)
            assert reads(answer, live.session_key)
            assert not any(reads(answer, key.session_key) for key in dead)

    @invariant()
    def one_live_key_at_most_and_no_gaps(self):
        for user in USERS:
            keys = self.play.history(user)
            assert [key.number for key in keys] == list(range(1, len(keys) + 1))
            assert all(key.superseded_at is not None for key in keys[:-1])
            assert all(not key.live(self.now) for key in keys[:-1])
            texts = {key.session_key for key in keys}
            assert len(texts) == len(keys)


LoginLaws.TestCase.settings = settings(
    max_examples=3 * settings().max_examples // 5,
    stateful_step_count=40,
    deadline=None,
)
TestLoginLaws = LoginLaws.TestCase
