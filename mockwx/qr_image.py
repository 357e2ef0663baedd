"""Pictures of QR codes, as bytes of a JPEG or a PNG."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from mockwx.domain.qr_code import Colour
from mockwx.domain.qr_code import Look


JPEG = "image/jpeg"
PNG = "image/png"

# What scanners ask for around a code, in modules.
QUIET_ZONE = 4

_JPEG_QUALITY = 95


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it goes out."""

    content_type: str
    octets: bytes


def draw(text: str, look: Look) -> Picture:
    """Draw the text as a QR code: a PNG if it is to be see-through, else a JPEG."""
    # Imported here: they take longer than the rest of the mock, and few call them.
    import segno
    from PIL import Image

    code = segno.make_qr(text, error="l", encoding="utf-8")
    rows = [bytes(row) for row in code.matrix_iter(border=QUIET_ZONE)]
    mask = Image.frombytes(
        "L", (len(rows[0]), len(rows)), b"".join(rows).translate(_OPAQUE)
    ).resize((look.width, look.width), Image.Resampling.NEAREST)
    out = BytesIO()
    if look.is_hyaline:
        picture = Image.new("RGBA", mask.size, (*_parts(look.colour), 0))
        picture.putalpha(mask)
        picture.save(out, "PNG")
        return Picture(PNG, out.getvalue())
    picture = Image.new("RGB", mask.size, "white")
    picture.paste(_parts(look.colour), mask=mask)
    picture.save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return Picture(JPEG, out.getvalue())


# Dark modules are 1 in a row of the code, and opaque in the mask.
_OPAQUE = bytes((0, 255, *range(2, 256)))


def _parts(colour: Colour) -> tuple[int, int, int]:
    return colour.red, colour.green, colour.blue
