"""Visits and views, each counted once: the count and the mark that it was counted are one transaction."""

import heapq
import uuid
from datetime import UTC, date, datetime, time, timedelta

from table import Item, Refused, Table, plain, typed

VISITS = "VISITS#0"


def newest_months(table: Table, consistent: bool = False) -> list[Item]:
    rows = table.query(
        VISITS,
        ScanIndexForward=False,
        Limit=2,
        ConsistentRead=consistent,
        ProjectionExpression="SK, #before, #total",
        ExpressionAttributeNames={"#before": "Before", "#total": "Total"},
    )
    return [plain(row) for row in rows]


def month_before(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") - timedelta(days=1)).strftime("%Y-%m")


def visits(months: list[Item]) -> int:
    """All visits: `Before` holds the months older than the previous one."""
    if not months:
        return 0
    newest, *older = months
    previous = sum(item["Total"] for item in older if item["SK"] == month_before(newest["SK"]))
    return int(newest.get("Before", 0) + newest["Total"] + previous)


def visit(table: Table, session: str) -> tuple[int, bool]:
    today = datetime.now(UTC).date()
    partition, sort = f"VISIT#{session}", today.isoformat()
    seen = table.get(partition, sort)
    months = newest_months(table)
    count = visits(months)
    if seen:
        return count, False
    month = today.strftime("%Y-%m")
    names = {"#total": "Total", "#day": f"D{today.day:02}"}
    values = {":one": {"N": "1"}}
    change = "ADD #total :one, #day :one"
    if not any(item["SK"] == month for item in months):
        names["#before"] = "Before"
        values[":before"] = {"N": str(before(table, month))}
        change = f"SET #before = if_not_exists(#before, :before) {change}"
    expires = datetime.combine(today + timedelta(days=2), time.min, UTC)
    mark = {"PK": partition, "SK": sort, "ExpiresAt": int(expires.timestamp())}
    try:
        table.transact(
            {"Put": {"Item": typed(mark), "ConditionExpression": "attribute_not_exists(PK)"}},
            {
                "Update": {
                    "Key": typed({"PK": VISITS, "SK": month}),
                    "UpdateExpression": change,
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": values,
                }
            },
        )
    except Refused:
        return visits(newest_months(table, consistent=True)), False
    return count + 1, True


def before(table: Table, month: str) -> int:
    rows = map(plain, table.query(VISITS, ConsistentRead=True))
    return int(sum(item["Total"] for item in rows if item["SK"] < month_before(month)))


def daily(table: Table, days: list[date]) -> dict[date, int]:
    first, last = (day.strftime("%Y-%m") for day in (days[0], days[-1]))
    rows = table.query(
        VISITS,
        KeyConditionExpression="PK = :partition AND SK BETWEEN :first AND :last",
        ExpressionAttributeValues=typed({":partition": VISITS, ":first": first, ":last": last}),
    )
    months = {item["SK"]: item for item in map(plain, rows)}
    return {day: int(months.get(day.strftime("%Y-%m"), {}).get(f"D{day.day:02}", 0)) for day in days}


def view(table: Table, session: str, kind: str, content_id: uuid.UUID) -> tuple[int, bool] | None:
    now = datetime.now(UTC)
    mark, counter = (f"VIEW#{session}", f"{kind}#{content_id}"), (f"VIEWS#{kind}", str(content_id))
    found = table.get_many([mark, counter])
    live = found.get(counter) or table.get(*counter, consistent=True)
    if not live or not live["Live"]:
        return None
    seen = found.get(mark)
    if seen and seen["ExpiresAt"] > now.timestamp():
        return int(live["Views"]), False
    expires = int((now + timedelta(hours=24)).timestamp())
    try:
        table.transact(
            {
                "Put": {
                    "Item": typed({"PK": mark[0], "SK": mark[1], "ExpiresAt": expires}),
                    "ConditionExpression": "attribute_not_exists(PK) OR ExpiresAt <= :now",
                    "ExpressionAttributeValues": typed({":now": int(now.timestamp())}),
                }
            },
            {
                "Update": {
                    "Key": typed({"PK": counter[0], "SK": counter[1]}),
                    "UpdateExpression": "ADD #views :one",
                    "ConditionExpression": "Live = :live",
                    "ExpressionAttributeNames": {"#views": "Views"},
                    "ExpressionAttributeValues": typed({":one": 1, ":live": True}),
                }
            },
        )
    except Refused:
        live = table.get(*counter, consistent=True)
        return (int(live["Views"]), False) if live and live["Live"] else None
    return int(live["Views"]) + 1, True


def views(table: Table, kind: str, content_id: uuid.UUID) -> int | None:
    counter = table.get(f"VIEWS#{kind}", str(content_id))
    return int(counter["Views"]) if counter and counter["Live"] else None


def top(table: Table, kind: str, limit: int) -> list[dict]:
    rows = table.query(
        f"VIEWS#{kind}", ProjectionExpression="SK, #views, Live", ExpressionAttributeNames={"#views": "Views"}
    )
    live = ((int(row["Views"]["N"]), row["SK"]["S"]) for row in rows if row["Live"]["BOOL"])
    # Most views first, equal ones by id.
    best = heapq.nsmallest(limit, live, key=lambda item: (-item[0], item[1]))
    return [{"contentId": content_id, "views": count} for count, content_id in best]
