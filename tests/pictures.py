"""`python -m tests.pictures`: makes docs/images/story.png, the README's picture, from the demo.

Needs the local Slack (`make demo` fetches it) and Chromium; without them it says so and changes
nothing. `.ci/run` runs it with another folder, so that a picture that cannot be made is noticed.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.bot.chromium import WHY_NOT, Page, open_page, running_demo

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH, HEIGHT, COLOURS = 1000, 1150, 96
# Without the bar above and the empty line to write in.
SHOWN = {"x": 0, "y": 44, "width": 1000, "height": 920}


def story(page: Page) -> None:
    """Mira is in the middle of the enrollment, asks something else, and is led back."""
    page.acts_as("Mira")
    page.says("I want to enroll")
    page.hears("Step 1")
    page.clicks("Yes, both are current")
    page.hears("Step 2")
    page.says("can I roll back?")
    page.hears("Nothing is submitted yet")


def make(folder: Path) -> Path:
    """The picture, in few colours: about a tenth of the bytes of the screenshot."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, running_demo(Path(scratch)) as url:
        shot = Path(scratch) / "shot.png"
        with open_page(url, WIDTH, HEIGHT) as page:
            story(page)
            page.page.mouse.move(5, 5)
            page.page.screenshot(path=str(shot), clip=SHOWN)
        picture = folder / "story.png"
        Image.open(shot).convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    return picture


def main(args: list[str]) -> int:
    """`args`: the folder, else docs/images. 0 also when this machine cannot make it, said why."""
    if WHY_NOT:
        print(f"no picture: {WHY_NOT}")
        return 0
    picture = make(Path(args[0]) if args else FOLDER)
    print(f"{picture}: {picture.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
