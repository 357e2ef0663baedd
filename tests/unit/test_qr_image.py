"""Pictures of codes: a scanner reads back what was drawn."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from mockwx.domain.qr_code import Colour
from mockwx.domain.qr_code import Look
from mockwx.qr_image import JPEG
from mockwx.qr_image import PNG
from mockwx.qr_image import draw


def scanned(picture):
    image = Image.open(BytesIO(picture.octets)).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    (found,) = zxingcpp.read_barcodes(
        Image.alpha_composite(paper, image).convert("RGB")
    )
    return found.text


@pytest.mark.parametrize("is_hyaline", [False, True])
@pytest.mark.parametrize(
    "width",
    [280, *(pytest.param(width, marks=pytest.mark.slow) for width in (430, 777)), 1280],
)
@pytest.mark.parametrize(
    "text", ["a", "桌子 42 ☕", "x" * 1100], ids=["a", "桌", "long"]
)
def test_any_text_scans_at_any_width(text, width, is_hyaline):
    picture = draw(text, Look(width=width, is_hyaline=is_hyaline))

    assert scanned(picture) == text
    assert Image.open(BytesIO(picture.octets)).size == (width, width)
    assert picture.content_type == (PNG if is_hyaline else JPEG)


def test_lines_have_the_colour_asked_for():
    picture = draw("a", Look(colour=Colour(200, 30, 40)))

    image = Image.open(BytesIO(picture.octets)).convert("RGB")
    colours = sorted(image.getcolors(1 << 24), reverse=True)
    paper, line = (colour for _, colour in colours[:2])
    assert paper == (255, 255, 255)
    assert all(
        abs(seen - asked) < 6 for seen, asked in zip(line, (200, 30, 40), strict=True)
    )


def test_same_question_is_the_same_picture():
    assert draw("a", Look()) == draw("a", Look())
