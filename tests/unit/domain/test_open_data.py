"""What goes inside encryptedData and rawData, byte for byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.crypto.open_data import seal
from mockwx.crypto.open_data import unseal
from mockwx.crypto.signature import sign_raw_data
from mockwx.domain.open_data import UserInfo
from mockwx.domain.open_data import Watermark
from mockwx.domain.open_data import anonymous_user_info
from mockwx.domain.open_data import sealed_phone
from mockwx.domain.open_data import sealed_user_info
from mockwx.domain.open_data import sealed_user_profile
from mockwx.domain.open_data import to_json
from mockwx.domain.open_data import user_info
from mockwx.domain.user import Phone
from mockwx.domain.user import User


DEMO_KEY = "tiihtNczf5v6AKRyjwEUhQ=="
DEMO_IV = "r7BXXKkLb8qrSNn05n0qiA=="
DEMO_APPID = "wx4f4bc4dec97d474b"
DEMO_DATA = (
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1W"
    "T7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6Chev"
    "vXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6"
    "WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/"
    "r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt"
    "9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a0"
    "4COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew=="
)
WATERMARK = Watermark(1_700_000_000, DEMO_APPID)
ANONYMOUS = (
    '{"nickName":"微信用户","gender":0,"language":"","city":"","province":"",'
    '"country":"","avatarUrl":"https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH'
    "0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132"
    '"}'
)


def sealed_length(plain):
    data = seal(to_json(plain).encode(), session_key=DEMO_KEY, iv=bytes(16))
    return len(to_json(plain).encode()), len(data) * 3 // 4 - data.count("="), len(data)


@pytest.mark.fidelity("documented", "encryptedData: the official demo")
def test_official_demo_is_written_byte_for_byte():
    info = UserInfo(
        nick_name="Band",
        gender=1,
        language="zh_CN",
        city="Guangzhou",
        province="Guangdong",
        country="CN",
        avatar_url="http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AH"
        "Wr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0",
    )
    plain = sealed_user_info(
        info,
        Watermark(1_477_314_187, DEMO_APPID),
        openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE",
        unionid="ocMvos6NjeKLIBqg5Mr9QjxrP1FA",
    )
    opened = unseal(DEMO_DATA, session_key=DEMO_KEY, iv=DEMO_IV)
    assert to_json(plain).encode() == opened


@pytest.mark.fidelity("documented", "anonymous user info: exact values")
def test_anonymous_user_info_is_exactly_what_everybody_gets():
    raw_data = to_json(anonymous_user_info(is_demote=False).as_json())
    assert raw_data == ANONYMOUS
    assert len(raw_data.encode()) == 238
    signature = sign_raw_data(raw_data, DEMO_KEY)
    assert signature == "2ebf6b47f0202072c70fd9fe02e13748d9178eb3"


@pytest.mark.fidelity("documented", "anonymous user info: is_demote is the last key")
def test_demoted_profile_says_so_last():
    raw_data = to_json(anonymous_user_info(is_demote=True).as_json())
    assert raw_data == ANONYMOUS[:-1] + ',"is_demote":true}'
    assert len(raw_data.encode()) == 255
    signature = sign_raw_data(raw_data, DEMO_KEY)
    assert signature == "aa59f9d829c7a46debc6e28a9b894dd4da223ac1"


@pytest.mark.fidelity("logged", "encryptedData: lengths")
@pytest.mark.parametrize(
    ("plain", "lengths"),
    [
        pytest.param(
            sealed_user_info(
                anonymous_user_info(is_demote=False),
                WATERMARK,
                openid="o" * 28,
                unionid=None,
            ),
            (344, 352, 472),
            id="getUserInfo",
        ),
        pytest.param(
            sealed_user_profile(anonymous_user_info(is_demote=True), WATERMARK),
            (321, 336, 448),
            id="getUserProfile",
        ),
        pytest.param(
            sealed_phone(Phone.of("86", "12066600001"), WATERMARK),
            (146, 160, 216),
            id="getPhoneNumber",
        ),
    ],
)
def test_sealed_data_have_the_lengths_seen_on_phones(plain, lengths):
    assert sealed_length(plain) == lengths


def test_sealed_phone_is_the_known_vector():
    plain = sealed_phone(Phone.of("86", "12066600001"), WATERMARK)
    assert to_json(plain) == (
        '{"phoneNumber":"12066600001","purePhoneNumber":"12066600001",'
        '"countryCode":"86","watermark":{"timestamp":1700000000,'
        '"appid":"wx4f4bc4dec97d474b"}}'
    )


def test_foreign_number_carries_its_country_in_front():
    plain = sealed_phone(Phone.of("1", "2025550123"), WATERMARK)
    assert plain["phoneNumber"] == "12025550123"
    assert plain["purePhoneNumber"] == "2025550123"
    assert plain["countryCode"] == "1"


@pytest.mark.fidelity("documented", "encryptedData: unionId stands before watermark")
@pytest.mark.parametrize(
    ("unionid", "tail"),
    [
        ("o" * 28, ["avatarUrl", "unionId", "watermark"]),
        (None, ["country", "avatarUrl", "watermark"]),
    ],
    ids=["bound", "not bound"],
)
def test_union_id_is_sealed_only_for_a_bound_app(unionid, tail):
    plain = sealed_user_info(
        anonymous_user_info(is_demote=False), WATERMARK, openid="o", unionid=unionid
    )
    assert next(iter(plain)) == "openId"
    assert list(plain)[-3:] == tail


@pytest.mark.fidelity("logged", "getUserProfile: no openId inside")
def test_profile_names_nobody_and_is_demoted_before_the_watermark():
    plain = sealed_user_profile(anonymous_user_info(is_demote=True), WATERMARK)
    assert list(plain) == [
        "nickName",
        "gender",
        "language",
        "city",
        "province",
        "country",
        "avatarUrl",
        "is_demote",
        "watermark",
    ]


XIAO_MING = User(
    "ming", "小明", "https://a/132", 1, "广州", "广东", "中国", "zh_CN", None
)


@pytest.mark.parametrize(
    ("lang", "city", "country"),
    [
        ("en", "Guangzhou", "China"),
        ("zh_CN", "广州", "中国"),
        ("zh_TW", "廣州", "中國"),
        ("fr", "Guangzhou", "China"),
        ("", "Guangzhou", "China"),
    ],
    ids=["English", "simplified", "traditional", "unknown language", "empty"],
)
@pytest.mark.fidelity("documented", "getUserInfo: lang")
def test_region_is_seen_in_the_language_asked_for(lang, city, country):
    seen = user_info(XIAO_MING, lang, region_withdrawn=False)
    assert (seen.city, seen.country) == (city, country)
    assert (seen.nick_name, seen.gender, seen.language) == ("小明", 1, "zh_CN")


@pytest.mark.fidelity("documented", "2021-10-20: gender and region withdrawn")
def test_withdrawn_region_leaves_name_and_avatar():
    seen = user_info(XIAO_MING, "zh_CN", region_withdrawn=True)
    assert seen.as_json() == {
        "nickName": "小明",
        "gender": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "avatarUrl": "https://a/132",
    }


@pytest.mark.fidelity("documented", "rawData: compact, nothing escaped")
def test_json_is_compact_and_escapes_neither_slash_nor_unicode():
    assert to_json({"a": "/é🌸", "b": [1, True]}) == '{"a":"/é🌸","b":[1,true]}'


@given(
    st.dictionaries(
        st.text(), st.text() | st.integers() | st.booleans() | st.none(), max_size=5
    )
)
def test_json_says_what_it_was_given(shown):
    assert json.loads(to_json(shown)) == shown
