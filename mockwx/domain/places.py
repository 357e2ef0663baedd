"""Where people live, in the three languages in which WeChat names a region."""

from __future__ import annotations

from mockwx.domain.user import User


_COUNTRIES = {"中国": ("China", "中國")}

# Simplified name → (English as WeChat spells it, traditional).
_NAMES = {
    "北京": ("Beijing", "北京"),
    "上海": ("Shanghai", "上海"),
    "天津": ("Tianjin", "天津"),
    "重庆": ("Chongqing", "重慶"),
    "广东": ("Guangdong", "廣東"),
    "浙江": ("Zhejiang", "浙江"),
    "江苏": ("Jiangsu", "江蘇"),
    "四川": ("Sichuan", "四川"),
    "湖北": ("Hubei", "湖北"),
    "湖南": ("Hunan", "湖南"),
    "福建": ("Fujian", "福建"),
    "山东": ("Shandong", "山東"),
    "陕西": ("Shaanxi", "陝西"),
    "云南": ("Yunnan", "雲南"),
    "东城": ("Dongcheng", "東城"),
    "海淀": ("Haidian", "海淀"),
    "浦东新区": ("Pudong New District", "浦東新區"),
    "徐汇": ("Xuhui", "徐匯"),
    "南开": ("Nankai", "南開"),
    "渝中": ("Yuzhong", "渝中"),
    "广州": ("Guangzhou", "廣州"),
    "深圳": ("Shenzhen", "深圳"),
    "杭州": ("Hangzhou", "杭州"),
    "宁波": ("Ningbo", "寧波"),
    "南京": ("Nanjing", "南京"),
    "苏州": ("Suzhou", "蘇州"),
    "成都": ("Chengdu", "成都"),
    "武汉": ("Wuhan", "武漢"),
    "长沙": ("Changsha", "長沙"),
    "厦门": ("Xiamen", "廈門"),
    "青岛": ("Qingdao", "青島"),
    "西安": ("Xi'an", "西安"),
    "昆明": ("Kunming", "昆明"),
}

PLACES = (
    ("北京", "东城"),
    ("北京", "海淀"),
    ("上海", "浦东新区"),
    ("上海", "徐汇"),
    ("天津", "南开"),
    ("重庆", "渝中"),
    ("广东", "广州"),
    ("广东", "深圳"),
    ("浙江", "杭州"),
    ("浙江", "宁波"),
    ("江苏", "南京"),
    ("江苏", "苏州"),
    ("四川", "成都"),
    ("湖北", "武汉"),
    ("湖南", "长沙"),
    ("福建", "厦门"),
    ("山东", "青岛"),
    ("陕西", "西安"),
    ("云南", "昆明"),
)
"""(province, city) pairs from which people are made up."""


def region_in(lang: str, user: User) -> tuple[str, str, str]:
    """Return city, province and country in `en`, `zh_CN` or `zh_TW`.

    A name that somebody chose and we do not know stays as it was given.
    """
    return (
        _translated(_NAMES, user.city, lang),
        _translated(_NAMES, user.province, lang),
        _translated(_COUNTRIES, user.country, lang),
    )


def _translated(names: dict[str, tuple[str, str]], name: str, lang: str) -> str:
    english, traditional = names.get(name, (name, name))
    return {"en": english, "zh_TW": traditional}.get(lang, name)
