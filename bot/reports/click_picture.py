"""A drawing of where to click: a window, and the clicks one below the other, the last one marked
(PNG). Pillow and its own font; knows no path and no words but those it is given."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from bot.rendering.render import Templates
from bot.reports.chart import EDGE, INK, PALE, PAPER, drawn

WIDE, BAR, ROW, STEP, PAD = 900, 40, 46, 34, 14
MARK, SOFT = "#c2410c", "#6b7280"


@dataclass(frozen=True)
class Clicks:
    """What is drawn: the clicks in order, what to look for on the page, the date of all that. `alt`
    says the same in words."""

    title: str
    path: tuple[str, ...]
    look: str
    as_of: str
    alt: str
    comment: str


def clicks(words: Templates, page: str, today: str) -> Clicks:
    """The clicks to a page, from templates/plan/picture.j2. Raises NoTemplate, KeyError."""
    lines = words.lines("plan/picture", {"today": today, "page": page})
    label = {
        key.strip(): said.strip() for key, _, said in (line.partition(" / ") for line in lines)
    }
    path = tuple(step.strip() for step in label.pop("path").split(" > "))
    return Clicks(path=path, **label)


def png(found: Clicks) -> bytes:
    """A picture as high as it has to be."""
    title, text, small = (ImageFont.load_default(size) for size in (22, 18, 15))
    high = EDGE + 40 + BAR + PAD + ROW * (len(found.path) + 1) + PAD + 50
    image = Image.new("RGB", (WIDE, high), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((EDGE, EDGE - 6), drawn(found.title), fill=INK, font=title)
    top, bottom = EDGE + 34, high - 50
    draw.rounded_rectangle((EDGE, top, WIDE - EDGE, bottom), 8, outline=SOFT, width=2)
    draw.line((EDGE, top + BAR, WIDE - EDGE, top + BAR), fill=SOFT)
    for n in range(3):
        x = EDGE + 18 + 20 * n
        draw.ellipse((x, top + 14, x + 12, top + 26), fill=PALE, outline=SOFT)
    y = top + BAR + PAD
    for n, step in enumerate((*found.path, found.look)):
        x = EDGE + 20 + STEP * n
        last = n == len(found.path)
        colour = MARK if last else INK
        said = drawn(step)
        right = x + draw.textlength(said, font=text) + 24
        draw.rounded_rectangle(
            (x, y, right, y + ROW - 12), 6, outline=colour, width=3 if last else 1
        )
        draw.text((x + 12, y + 6), said, fill=colour, font=text)
        if n:
            _arrow(draw, x - STEP + 12, y - 12, x - 2, y + ROW // 2 - 6)
        y += ROW
    draw.text((EDGE, bottom + 14), drawn(found.as_of), fill=SOFT, font=small)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _arrow(draw: ImageDraw.ImageDraw, x: int, top: int, right: int, y: int) -> None:
    """From below one step to the left of the next."""
    draw.line((x, top, x, y, right, y), fill=SOFT, width=2)
    draw.polygon([(right, y), (right - 7, y - 4), (right - 7, y + 4)], fill=SOFT)
