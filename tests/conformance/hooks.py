"""What schemathesis must know beyond the contract: how the owner signs in, and what an entity tag is."""

import os

import requests
import schemathesis
from hypothesis import strategies as st

BASE = os.environ["CONFORMANCE_URL"]
CREDENTIALS = {
    "email": os.environ["OWNER_EMAIL"],
    "password": os.environ["CONFORMANCE_PASSWORD"],
}

# The coverage phase makes header values of letters and digits only, has none for a pattern that wants quotes, and then
# sends `0` in requests that it takes for valid. A format of its own tells it what to send; the pattern stays and is
# still violated on purpose.
ENTITY_TAGS = "entity-tags"
schemathesis.openapi.format(
    ENTITY_TAGS,
    st.one_of(
        st.just("*"),
        st.integers(min_value=1, max_value=9).map('"{}"'.format),
        st.lists(
            st.tuples(st.sampled_from(["", "W/"]), st.from_regex("[!#-~]{0,20}", fullmatch=True)),
            min_size=1,
            max_size=3,
        ).map(lambda tags: ", ".join(f'{weak}"{tag}"' for weak, tag in tags)),
    ),
)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    components = raw_schema["components"]
    for name in ("IfMatch", "IfNoneMatch"):
        components["parameters"][name]["schema"]["format"] = ENTITY_TAGS
    # The contract's examples name posts of its own; these are published here, so that views of them are counted.
    post = requests.get(f"{BASE}/blog/posts", timeout=10).json()["posts"][0]["id"]
    components["parameters"]["ContentId"]["schema"]["example"] = post
    components["schemas"]["ContentViewCreate"]["example"]["contentId"] = post


def sign_in():
    response = requests.post(f"{BASE}/auth/login", json=CREDENTIALS, timeout=10)
    response.raise_for_status()
    return response.json()["token"]


if os.environ["CONFORMANCE_CALLER"] == "owner":

    # Without schemathesis's own cache, which would sign in again on any 401 and so hide a wrong one.
    @schemathesis.auth(refresh_interval=None)
    class Owner:
        """One session for the run, and a new one for every logout, which ends the session that it is sent with."""

        def __init__(self):
            self.token = sign_in()

        def get(self, case, context):
            if case.operation.definition.raw["operationId"] == "logout":
                return sign_in()
            return self.token

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"
