"""What schemathesis must know beyond the contract: the token that the server issues by itself stands in its banner."""

import os
import time

import schemathesis

LINE = "export TOKEN="


def printed():
    """The token. The server prints it after its address, so it may not be there at once."""
    for _ in range(100):
        with open(os.environ["CONFORMANCE_BANNER"], encoding="utf-8") as banner:
            # A line without its end is not written yet.
            tokens = [line.partition(LINE)[2].strip() for line in banner if LINE in line and line.endswith("\n")]
        if tokens:
            return tokens[0]
        time.sleep(0.1)
    raise RuntimeError(f"no line `{LINE}…` in {os.environ['CONFORMANCE_BANNER']}")


if os.environ["CONFORMANCE_CALLER"] == "user":

    # Without schemathesis's own cache, which would hide a 401 that is wrong.
    @schemathesis.auth(refresh_interval=None)
    class Caller:
        """Whoever the one token names."""

        def __init__(self):
            self.token = printed()

        def get(self, case, context):
            return self.token

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"
