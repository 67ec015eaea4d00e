"""Names for plain JSON values, as templates get them and as columns of JSON keep them."""

from typing import Any

Json = Any  # a text, a number, a list, a mapping or None; what it holds is up to who wrote it
Values = dict[str, Json]
