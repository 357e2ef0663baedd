"""The doctor of a world: whom it looks at when there are many."""

from dataclasses import replace

import pytest

from mockwx.diagnosis.question import Question
from mockwx.services import diagnosis
from tests.unit.diagnosis.scene import Scene
from tests.unit.services.play import Play


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Let more people log in than the doctor looks at."""
    monkeypatch.setattr(diagnosis, "MOST_PEOPLE", 3)
    scene = Scene(1)
    for _ in range(8):
        scene.key(scene.person())
    return scene


def test_history_holds_no_more_people_than_it_may(crowd: Scene) -> None:
    assert len(crowd.wechat.doctor.history(()).owners) == 3


def test_people_a_question_is_about_are_found_in_a_crowd(crowd: Scene) -> None:
    user, other = crowd.person(), crowd.person()
    crowd.key(user)
    key = crowd.key(other)
    question = crowd.question(key, crowd.payload(user))

    assert crowd.wechat.doctor.diagnose(question).causes == ("other_persons_key",)
    assert crowd.wechat.doctor.knows(question)
    assert not crowd.wechat.doctor.knows(
        replace(question, session_key="", iv="", encrypted_data="", signature="")
    )


def test_journal_is_watched_in_a_crowd(crowd: Scene) -> None:
    doctor = crowd.wechat.doctor
    openids = []
    for _ in range(2):
        user = crowd.person()
        session = crowd.server.code2session(crowd.login(user)).get_json(force=True)
        crowd.login(user)
        crowd.server.signed("/wxa/checksession", session)
        openids.append(session["openid"])

    watch = doctor.watching()
    found = [watch.diagnosis(each) for each in crowd.wechat.journal.tail()]

    assert [each.causes for each in found if each] == [("stale_key",)] * 2


def test_person_with_very_many_logins_is_judged_at_once() -> None:
    scene = Scene(2, step=1)
    user = scene.person()
    keys = [scene.key(user) for _ in range(300)]
    question = scene.question(keys[150], scene.payload(user))

    assert scene.wechat.doctor.diagnose(question).causes == ("stale_key",)


def test_code_that_is_not_in_the_history_may_have_fallen_out_of_it() -> None:
    play = Play()
    code = play.login()
    play.advance(91 * 86_400)
    play.login()
    (finding,) = play.wechat.doctor.diagnose(Question(code=code)).findings
    assert finding.cause == "unknown_code"
    assert "fell out of the history, which keeps the last 1,000" in str(finding)
    assert "90 days" in str(finding)
