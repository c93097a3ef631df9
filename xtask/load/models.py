"""What comes in and goes out, with the contract's bounds."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Excerpt = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
Content = Annotated[str, Field(min_length=1, max_length=65536, pattern=r"\S")]
Category = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
Tag = Annotated[str, Field(min_length=1, max_length=50, pattern=r"\S")]
Tags = Annotated[list[Tag], Field(min_length=1, max_length=20)]


class BlogPostCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Title
    excerpt: Excerpt
    content: Content
    category: Category
    tags: Tags


class BlogPostUpdate(BaseModel):
    """What is left out stays; null is not allowed, so the defaults are never seen."""

    model_config = ConfigDict(extra="forbid")

    title: Title = ""
    excerpt: Excerpt = ""
    content: Content = ""
    category: Category = ""
    tags: Tags = []

    @model_validator(mode="after")
    def changes_something(self) -> "BlogPostUpdate":
        if not self.model_fields_set:
            raise ValueError("must have at least 1 property")
        return self


class ContentViewCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    content_type: Literal["blog", "project", "certification"]
    content_id: uuid.UUID


class BlogPost(BaseModel):
    """Times stay the texts that the table has."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: str
    slug: str
    title: str
    excerpt: str
    content: str
    category: str
    read_time: str
    published_at: str | None
    tags: list[str]
    status: Literal["draft", "published"]
    created_at: str
    updated_at: str


class BlogPostList(BaseModel):
    posts: list[BlogPost]
    total: int
    limit: int
    offset: int
