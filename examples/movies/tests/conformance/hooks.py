"""What schemathesis must know beyond the contract: how somebody signs in, and which calls end what he signed in with."""

import os

import requests
import schemathesis

BASE = os.environ["CONFORMANCE_URL"]
ADMIN = {"username": "root", "password": os.environ["CONFORMANCE_PASSWORD"]}
# Whose account may go and whose password may change: somebody new for each such call.
PASSING = {"deleteProfile", "changePassword"}


def sign_in(credentials):
    response = requests.post(f"{BASE}/auth/sign-in", json=credentials, timeout=10)
    response.raise_for_status()
    return response.json()["token"]


def somebody_new(number):
    credentials = {"username": f"passing-{number}", "password": ADMIN["password"]}
    response = requests.post(f"{BASE}/auth/sign-up", json={**credentials, "name": "Passing"}, timeout=10)
    response.raise_for_status()
    return sign_in(credentials)


if os.environ["CONFORMANCE_CALLER"] != "anonymous":

    # Without schemathesis's own cache, which would sign in again on any 401 and so hide a wrong one.
    @schemathesis.auth(refresh_interval=None)
    class Caller:
        """The admin, who is the last one and so stays."""

        def __init__(self):
            self.token = sign_in(ADMIN)
            self.count = 0

        def get(self, case, context):
            if case.operation.definition.raw["operationId"] in PASSING:
                self.count += 1
                return somebody_new(self.count)
            return self.token

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"
