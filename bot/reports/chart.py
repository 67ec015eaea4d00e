"""The figures as a picture (PNG), for Slack shows no SVG. Pillow and its own font; knows no words
but those it is given."""

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.reports.figures import Named, bars, short

WIDE, LEFT, BAR, ROW, GAP, EDGE = 1000, 400, 470, 30, 26, 30
INK, PALE, PAPER, COLOURS = (
    "#1d1c1d",
    "#e8e8ec",
    "#ffffff",
    ("#2b3a55", "#3d7a8c", "#8a6d3b", "#7a4b6e", "#8c3d3d", "#4b6e4b"),
)


def png(found: dict[str, Any], named: Named) -> bytes:
    """A picture as high as it has to be; an empty part says so."""
    parts = [
        (title, rows)
        for title, rows in bars(found, named)
        if rows or title in (named.label["topics"], named.label["stages"])
    ]
    high = 2 * EDGE + 40 + sum(34 + ROW * max(1, len(rows)) + GAP for _, rows in parts)
    image = Image.new("RGB", (WIDE, high), PAPER)
    draw = ImageDraw.Draw(image)
    title, text = ImageFont.load_default(22), ImageFont.load_default(17)
    draw.text((EDGE, EDGE), named.label["picture"], fill=INK, font=title)
    y = EDGE + 48
    for n, (head, rows) in enumerate(parts):
        draw.text((EDGE, y), head, fill=INK, font=title)
        y += 34
        if not rows:
            draw.text((EDGE, y), named.label["nothing"], fill=INK, font=text)
            y += ROW
        most = max([number for _, number in rows] or [0]) or 1
        for label, number in rows:
            draw.text((EDGE, y + 3), drawn(short(label)), fill=INK, font=text)
            draw.rectangle((LEFT, y + 4, LEFT + BAR, y + ROW - 6), fill=PALE)
            if number:
                draw.rectangle(
                    (LEFT, y + 4, LEFT + max(3, BAR * number // most), y + ROW - 6),
                    fill=COLOURS[n % len(COLOURS)],
                )
            draw.text((LEFT + BAR + 12, y + 3), f"{number:,}", fill=INK, font=text)
            y += ROW
        y += GAP
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def drawn(text: str) -> str:
    """One line, without signs that no font draws."""
    return "".join(c if c.isprintable() else " " for c in text)
