"""How a job fails: exit codes of sysexits.h, and what ends the job with one of them."""

NO_INPUT, UNAVAILABLE, INTERNAL, TRY_AGAIN, USAGE, CONFIGURATION = 66, 69, 70, 75, 64, 78


class Failed(Exception):
    """Ends the job with an exit code and a message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
