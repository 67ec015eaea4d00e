"""What the commands say in one line: a setting, a file or a database that cannot be used."""


class Unusable(Exception):
    """The message names what cannot be used and says what to do. `changeover` prints it in one
    line and ends with exit code 1."""
