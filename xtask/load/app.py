"""A part of openapi.yml in Python, over the table that the server has: what `cargo xtask load` measures the server against.

Meant to be what a good Python engineer would write: one boto3 client for the process, plain functions that FastAPI runs in
its threads, pydantic for what comes in, tokens checked against the issuer's published keys. Started by uvicorn with uvloop
and httptools. Not deployed, and not tested beyond the comparison that the command begins with.
"""

import logging
import os
import pathlib
import uuid
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal

import jwt
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException as StarletteHTTPException

import posts
import tracking
from models import BlogPost, BlogPostCreate, BlogPostList, BlogPostUpdate, ContentViewCreate
from table import Table

logger = logging.getLogger(__name__)
app = FastAPI(title="Portfolio API", openapi_url=None)
table = Table(os.environ["DYNAMODB_TABLE_NAME"], os.environ["AWS_REGION"])
# In a file, as a function's deployment would bring them: no request waits for the issuer.
keys = {key.key_id: key for key in jwt.PyJWKSet.from_json(pathlib.Path(os.environ["JWKS_FILE"]).read_text()).keys}

# --- Errors, in the contract's shape


def error(status: int, message: str, details: dict | None = None, headers: dict | None = None) -> JSONResponse:
    body = {"error": HTTPStatus(status).phrase, "message": message, "statusCode": status}
    if details:
        body["details"] = details
    return JSONResponse(body, status, headers)


@app.exception_handler(RequestValidationError)
async def invalid(_: Request, exception: RequestValidationError) -> JSONResponse:
    violations = []
    for found in exception.errors():
        where, *place = found["loc"]
        pointer = "".join(f"/{part}" for part in place) if where == "body" else ".".join(map(str, place))
        violations.append({"where": where, "pointer": pointer, "message": found["msg"]})
    message = "The request does not follow the contract; every violation is listed."
    return error(400, message, {"violations": violations})


@app.exception_handler(StarletteHTTPException)
async def refused(_: Request, exception: StarletteHTTPException) -> JSONResponse:
    return error(exception.status_code, str(exception.detail), headers=exception.headers)


@app.exception_handler(BotoCoreError)
@app.exception_handler(ClientError)
async def unavailable(_: Request, exception: Exception) -> JSONResponse:
    logger.error("a service is unavailable: %s", exception)
    return error(503, "The service is unavailable for a moment; try again.", headers={"Retry-After": "1"})


# --- Who is calling

bearer = HTTPBearer(auto_error=False)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def claims_of(credentials: Credentials) -> dict | None:
    """The claims of the token, if there is one; it must be good, and its session not ended."""
    if credentials is None:
        return None
    unauthorized = HTTPException(401, "This operation needs a valid token.", {"WWW-Authenticate": "Bearer"})
    try:
        key = keys[jwt.get_unverified_header(credentials.credentials)["kid"]]
        claims = jwt.decode(
            credentials.credentials,
            key,
            algorithms=["ES256", "RS256"],
            audience=os.environ["TOKEN_AUDIENCE"],
            issuer=os.environ["TOKEN_ISSUER"],
            leeway=60,
            options={"require": ["exp", "iat", "sub", "origin_jti"]},
        )
    except (jwt.PyJWTError, KeyError):
        raise unauthorized from None
    if claims.get("token_use") != "id":
        raise unauthorized
    ended = table.get(f"SESSION#{claims['origin_jti']}", "REVOKED", consistent=True)
    if ended and ended["ExpiresAt"] > datetime.now(UTC).timestamp():
        raise unauthorized
    return claims


Claims = Annotated[dict | None, Depends(claims_of)]


def is_owner(claims: dict | None) -> bool:
    return claims is not None and claims.get("custom:role") == "owner"


def owner(claims: Claims) -> dict:
    if claims is None:
        raise HTTPException(401, "This operation needs a valid token.", {"WWW-Authenticate": "Bearer"})
    if not is_owner(claims):
        raise HTTPException(403, "This operation requires the role `owner`.")
    return claims


Owner = Annotated[dict, Depends(owner)]


def session_of(request: Request, response: Response, header: str | None) -> str:
    """The anonymous session: the client's own, or a cookie's, which is set if there is none."""
    if header is not None:
        return f"client-{header}"
    try:
        return str(uuid.UUID(request.cookies["visitor"]))
    except (KeyError, ValueError):
        session = str(uuid.uuid4())
        response.set_cookie("visitor", session, max_age=400 * 24 * 60 * 60, httponly=True, samesite="lax")
        return session


SessionId = Annotated[str | None, Header(alias="X-Session-Id", pattern=r"^[A-Za-z0-9_-]{16,128}$")]

# --- Blog posts

NOT_FOUND = "There is no such item, or it is not published."


@app.get("/v1/blog/posts")
def list_blog_posts(
    claims: Claims,
    status: Literal["published", "draft", "all"] = "published",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
    category: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    tag: Annotated[str | None, Query(min_length=1, max_length=50)] = None,
) -> BlogPostList:
    if status != "published" and not is_owner(claims):
        raise HTTPException(401 if claims is None else 403, "Only the owner may see drafts.")
    statuses = {"published": ["PUBLISHED"], "draft": ["DRAFT"], "all": ["PUBLISHED", "DRAFT"]}[status]
    found, total = posts.page(table, statuses, category, tag, limit, offset)
    return BlogPostList(posts=found, total=total, limit=limit, offset=offset)


@app.get("/v1/blog/posts/{post_id}")
def get_blog_post(
    post_id: uuid.UUID,
    claims: Claims,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> BlogPost:
    item = posts.get(table, post_id)
    if item is None or (item["Status"] != "PUBLISHED" and not is_owner(claims)):
        raise HTTPException(404, NOT_FOUND)
    tag = posts.entity_tag(item)
    if if_none_match is not None and tag in [part.strip() for part in if_none_match.split(",")]:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return posts.to_post(item)


@app.post("/v1/blog/posts", status_code=201)
def create_blog_post(_: Owner, post: Annotated[BlogPostCreate, Body()], response: Response) -> BlogPost:
    item = posts.create(table, post)
    created = posts.to_post(item)
    response.headers["Location"] = f"/v1/blog/posts/{created.id}"
    response.headers["ETag"] = posts.entity_tag(item)
    return created


@app.put("/v1/blog/posts/{post_id}")
def update_blog_post(
    _: Owner,
    post_id: uuid.UUID,
    change: Annotated[BlogPostUpdate, Body()],
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> BlogPost:
    try:
        item = posts.update(table, post_id, change, if_match)
    except posts.Stale:
        raise HTTPException(412, "The item has changed since you read it.") from None
    if item is None:
        raise HTTPException(404, NOT_FOUND)
    response.headers["ETag"] = posts.entity_tag(item)
    return posts.to_post(item)


# --- Visits and views


@app.post("/v1/visitors/track")
def track_visit(request: Request, response: Response, x_session_id: SessionId = None) -> dict:
    count, tracked = tracking.visit(table, session_of(request, response, x_session_id))
    return {"count": count, "tracked": tracked}


@app.get("/v1/visitors/count")
def get_visitor_count() -> dict:
    return {"count": tracking.visits(tracking.newest_months(table))}


@app.get("/v1/visitors/trends/daily")
def get_daily_visitor_trends(_: Owner, days: Annotated[int, Query(ge=1, le=90)] = 30) -> dict:
    today = datetime.now(UTC).date()
    wanted: list[date] = [today - timedelta(days=age) for age in reversed(range(days))]
    visitors = tracking.daily(table, wanted)
    return {"trends": [{"date": day.isoformat(), "visitors": visitors.get(day, 0)} for day in wanted]}


ContentType = Literal["blog", "project", "certification"]


@app.post("/v1/analytics/track")
def track_content_view(
    view: Annotated[ContentViewCreate, Body()],
    request: Request,
    response: Response,
    x_session_id: SessionId = None,
) -> dict:
    session = session_of(request, response, x_session_id)
    outcome = tracking.view(table, session, view.content_type, view.content_id)
    if outcome is None:
        raise HTTPException(404, NOT_FOUND)
    views, tracked = outcome
    return {"views": views, "tracked": tracked}


@app.get("/v1/analytics/views/{content_type}/{content_id}")
def get_content_view_count(content_type: Annotated[ContentType, Path()], content_id: uuid.UUID) -> dict:
    views = tracking.views(table, content_type, content_id)
    if views is None:
        raise HTTPException(404, NOT_FOUND)
    return {"contentId": str(content_id), "contentType": content_type, "views": views}


@app.get("/v1/analytics/top-content")
def get_top_content(_: Owner, limit: Annotated[int, Query(ge=1, le=20)] = 5) -> dict:
    names = {"blog": "blogs", "project": "projects", "certification": "certifications"}
    return {names[kind]: tracking.top(table, kind, limit) for kind in names}
