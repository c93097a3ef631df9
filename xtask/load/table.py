"""The table, through one boto3 client, which threads may share."""

from collections.abc import Iterator
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config

Item = dict[str, Any]
BATCH = 100

_deserialize = TypeDeserializer().deserialize
_serialize = TypeSerializer().serialize


def plain(item: Item) -> Item:
    return {name: _deserialize(value) for name, value in item.items()}


def typed(item: Item) -> Item:
    return {name: _serialize(value) for name, value in item.items()}


class Refused(Exception):
    """A condition did not hold; nothing was changed."""


class Table:
    def __init__(self, name: str, region: str) -> None:
        self.name = name
        # As many connections as FastAPI has threads.
        self.client = boto3.client("dynamodb", region_name=region, config=Config(max_pool_connections=40))

    def get(self, partition: str, sort: str, consistent: bool = False) -> Item | None:
        found = self.client.get_item(
            TableName=self.name, Key=typed({"PK": partition, "SK": sort}), ConsistentRead=consistent
        )
        return plain(found["Item"]) if "Item" in found else None

    def get_many(self, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        found = {}
        for start in range(0, len(wanted), BATCH):
            keys = [typed({"PK": partition, "SK": sort}) for partition, sort in wanted[start : start + BATCH]]
            while keys:
                answer = self.client.batch_get_item(RequestItems={self.name: {"Keys": keys}})
                for item in map(plain, answer["Responses"].get(self.name, [])):
                    found[item["PK"], item["SK"]] = item
                keys = answer["UnprocessedKeys"].get(self.name, {}).get("Keys", [])
        return found

    def query(self, partition: str, key: str = "PK", values: Item | None = None, **options: Any) -> Iterator[Item]:
        """The items of a partition as DynamoDB writes them; all pages, unless `Limit` is among the options."""
        request = {
            "TableName": self.name,
            "KeyConditionExpression": f"{key} = :partition",
            "ExpressionAttributeValues": {":partition": {"S": partition}, **(values or {})},
            **options,
        }
        while True:
            page = self.client.query(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page or "Limit" in options:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put(self, item: Item, condition: str, values: Item | None = None) -> None:
        options = {"ExpressionAttributeValues": typed(values)} if values else {}
        names = {"ExpressionAttributeNames": {"#version": "Version"}} if "#version" in condition else {}
        try:
            self.client.put_item(
                TableName=self.name, Item=typed(item), ConditionExpression=condition, **options, **names
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            raise Refused from None

    def transact(self, *writes: Item) -> None:
        for write in writes:
            for action in write.values():
                action["TableName"] = self.name
        try:
            self.client.transact_write_items(TransactItems=list(writes))
        except self.client.exceptions.TransactionCanceledException as canceled:
            if any(reason["Code"] == "ConditionalCheckFailed" for reason in canceled.response["CancellationReasons"]):
                raise Refused from None
            raise
