"""What a command says when it can't go on."""


class CommandError(Exception):
    """A sentence for the person at the prompt: what is wrong and what to do. Ends with status 1."""
