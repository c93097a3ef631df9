"""Blog posts in the table."""

import re
import secrets
import time
import unicodedata
import uuid
from datetime import UTC, datetime

from models import BlogPost, BlogPostCreate, BlogPostUpdate
from table import Item, Refused, Table


class Stale(Exception):
    """The caller's If-Match is not the current version."""


def entity_tag(item: Item) -> str:
    return f'"{item["Version"]}"'


def to_post(item: Item) -> BlogPost:
    data = item["Data"]
    published = item["Status"] == "PUBLISHED"
    return BlogPost(
        id=item["PK"].removeprefix("BLOG#"),
        slug=data["slug"],
        title=data["title"],
        excerpt=data["excerpt"],
        content=data["content"],
        category=data["category"],
        read_time=data["readTime"],
        published_at=item["PublishedAt"][:10] if published else None,
        tags=data["tags"],
        status=item["Status"].lower(),
        created_at=item["CreatedAt"],
        updated_at=item["UpdatedAt"],
    )


def page(
    table: Table, statuses: list[str], category: str | None, tag: str | None, limit: int, offset: int
) -> tuple[list[BlogPost], int]:
    """One page, newest first, and how many posts pass the filter, which the engine applies to the facts in the index."""
    conditions, values = [], {}
    if category is not None:
        conditions.append("Facts.category = :category")
        values[":category"] = {"S": category}
    if tag is not None:
        conditions.append("contains(Facts.tags, :tag)")
        values[":tag"] = {"S": tag}
    options = {"FilterExpression": " AND ".join(conditions)} if conditions else {}
    sorts = []
    for status in statuses:
        rows = table.query(
            f"BLOG#STATUS#{status}",
            key="GSI1PK",
            IndexName="GSI1",
            ProjectionExpression="GSI1SK",
            ScanIndexForward=False,
            values=values,
            **options,
        )
        sorts += [row["GSI1SK"]["S"] for row in rows]
    if len(statuses) > 1:
        sorts.sort(reverse=True)
    wanted = [(f"BLOG#{sort.rpartition('#')[2]}", "METADATA") for sort in sorts[offset : offset + limit]]
    found = table.get_many(wanted)
    items = [found[key] for key in wanted if key in found]
    return [to_post(item) for item in items if item["Status"] in statuses], len(sorts)


def get(table: Table, post_id: uuid.UUID) -> Item | None:
    key = f"BLOG#{post_id}", "METADATA"
    return table.get(*key) or table.get(*key, consistent=True)


def create(table: Table, post: BlogPostCreate) -> Item:
    post_id, now = uuid7(), timestamp()
    item = {
        "PK": f"BLOG#{post_id}",
        "SK": "METADATA",
        "GSI1PK": "BLOG#STATUS#DRAFT",
        "GSI1SK": f"{now}#{post_id}",
        "EntityType": "BLOG",
        "Status": "DRAFT",
        "CreatedAt": now,
        "UpdatedAt": now,
        "Version": 1,
        "Data": post.model_dump(),
    }
    derive(item, post_id)
    table.put(item, "attribute_not_exists(PK)")
    return item


def update(table: Table, post_id: uuid.UUID, change: BlogPostUpdate, if_match: str | None) -> Item | None:
    """The changed post, or None if there is none. A change that comes in between starts this one again."""
    for _ in range(10):
        item = table.get(f"BLOG#{post_id}", "METADATA", consistent=True)
        if item is None:
            return None
        if if_match is not None and if_match != "*":
            if entity_tag(item) not in [part.strip() for part in if_match.split(",")]:
                raise Stale
        before = item["Version"]
        item["Data"].update(change.model_dump(exclude_unset=True))
        item.update(Version=before + 1, UpdatedAt=timestamp())
        derive(item, post_id)
        try:
            table.put(item, "#version = :before", {":before": before})
        except Refused:
            continue
        return item
    raise RuntimeError("too many changes of one post at the same time")


def derive(item: Item, post_id: uuid.UUID) -> None:
    data = item["Data"]
    ascii_title = unicodedata.normalize("NFKD", data["title"]).encode("ascii", "ignore").decode()
    data["slug"] = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")[:200] or str(post_id)
    words = len(re.findall(r"\w+", data["content"]))
    data["readTime"] = f"{max(1, -(-words // 200))} min read"
    item["Facts"] = {"category": data["category"], "tags": data["tags"]}


def timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uuid7() -> uuid.UUID:
    """RFC 9562, section 5.7; the standard library has it from Python 3.14 on."""
    value = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
