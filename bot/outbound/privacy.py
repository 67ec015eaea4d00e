"""Which messages may contain the state of a partner. They are shown only where nobody but members
of the workspace can read."""

from jinja2.meta import find_undeclared_variables

from bot.rendering.render import Part, Templates

STATE = frozenset({"case", "partner", "slots"})
PUBLIC = ("answers", "help", "repair")
# Talk of the folder `repair` that tells of a partner by why it refuses, or by what it offers to
# record.
TELLING = (
    "claim",
    "corrected",
    "doubtful",
    "not_allowed",
    "not_now",
    "not_possible",
    "wrong_amount",
    "wrong_identifier",
)


class Private:
    """Reads each template once."""

    def __init__(self, words: Templates) -> None:
        self.words = words
        self._public: dict[str, bool] = {}

    def holds_state(self, parts: list[Part]) -> bool:
        """All messages may, except answers, help and talk whose templates use no data of a
        partner."""
        return not all(self.is_public(name) for name, _ in parts)

    def is_public(self, template: str) -> bool:
        if template not in self._public:
            folder, _, name = template.partition("/")
            talk = folder in PUBLIC and not (folder == "repair" and name in TELLING)
            self._public[template] = talk and not self._reads(template) & STATE
        return self._public[template]

    def _reads(self, template: str) -> set[str]:
        return set(find_undeclared_variables(self.words.env.parse(self.words.source(template))))
