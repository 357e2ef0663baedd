"""The hash of a sealed phone number; the vector is the official demo's payload."""

import pytest

from mockwx.crypto.open_data import hashes
from mockwx.domain.encrypted_msg import OF_TEXT
from mockwx.domain.encrypted_msg import EncryptedMsg


BORN = 1_700_000_000
DEMO = (
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1"
    "WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6Ch"
    "evvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIB"
    "zD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4P"
    "C7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwT"
    "yrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG"
    "20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew=="
)


@pytest.mark.fidelity("inferred", "checkencryptedmsg: the two readings of the page")
def test_hashes_are_those_of_the_text_and_of_the_bytes():
    assert hashes(DEMO) == (
        "7842122eb129390ef7ca47b91ae8d142553fc5849eaad857552491f090118a51",
        "37d51d3f56b5f78d5d02b7962f669c58dfed703f138aa60a2c3b2a1597ad6c00",
    )


@pytest.mark.parametrize(
    ("appid", "age", "known"),
    [
        ("wx1", 0, True),
        ("wx1", 259_199, True),
        ("wx1", 259_200, False),
        ("wx2", 0, False),
    ],
)
def test_hash_is_known_to_its_app_for_three_days(appid, age, known):
    sealed = EncryptedMsg("wx1", "alice", BORN, OF_TEXT)
    assert sealed.known_to(appid, BORN + age) is known
