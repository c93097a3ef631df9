"""What schemathesis must know beyond the contract: ids of what there is. It would guess them, and see little but 404."""

import itertools
import os

import requests
import schemathesis
from schemathesis import GenerationMode

USERS = os.environ["CONFORMANCE_URL"] + "/api/v1/users"
WORKOUT = {
    "title": "Run",
    "activity": "running",
    "started_at": "2026-11-20T06:30:00Z",
    "duration_minutes": 30,
}
AVATAR = {"display_name": "Spring", "weight_kg": 64.2}

numbers = itertools.count()


def made(url, body):
    response = requests.post(url, json=body, timeout=10)
    response.raise_for_status()
    return response.json()["data"]["id"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every second good request for something by its id is for something that was just made."""
    number = next(numbers)
    if "userId" not in (case.path_parameters or {}) or number % 2:
        return
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    user = made(USERS, {"name": "Ada", "email": f"conformance{os.getpid()}-{number}@example.com"})
    case.path_parameters["userId"] = user
    for parameter, path, body in (("workoutId", "workouts", WORKOUT), ("avatarId", "avatars", AVATAR)):
        if parameter in case.path_parameters:
            case.path_parameters[parameter] = made(f"{USERS}/{user}/{path}", body)
