"""The second reader over HTTP: where it is, what it is asked, when it is not. Which messages it may
see, and what its pick does, is decided in dialogs/second_reader/."""
