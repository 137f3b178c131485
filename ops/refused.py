"""What an `oa` command cannot do, said in one sentence: what is missing, and what to do about it."""


class CannotDo(Exception):
    """Ends the command with exit code 1; its text is for the person at the terminal."""
