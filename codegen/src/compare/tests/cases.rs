//! Changes in the contract, and what the comparison says of them.

/// What is replaced in the contract, by what, and what the comparison says of it.
pub(super) type Case = (&'static str, &'static str, &'static [&'static str]);

pub(super) const CASES: &[Case] = &[
    (
        "servers:\n  - url: https://example.com/v1",
        "servers:\n  - url: https://example.org/v1",
        &["documentation new:3 the contract: other `servers`"],
    ),
    (
        "https://example.com/v1",
        "https://example.com/v2",
        &[
            "breaking new:4 every path begins with `/v2` now, no longer with `/v1`",
            "documentation new:3 the contract: other `servers`",
        ],
    ),
    (
        "      summary: List\n",
        "      summary: List\n      x-mcp: true\n",
        &["compatible new:13 listThings: is a tool now"],
    ),
    (
        "requests: 100, seconds: 60",
        "requests: 50, seconds: 60",
        &["compatible new:6 the rate limit `reads`: other numbers"],
    ),
    (
        "  /things:",
        "  /objects:",
        &[
            "breaking old:9 the path /things is removed",
            "compatible new:9 the path /objects is new",
        ],
    ),
    (
        "    post:\n      operationId",
        "    put:\n      operationId",
        &[
            "breaking old:31 POST /things is removed",
            "compatible new:31 PUT /things is new",
        ],
    ),
    (
        "operationId: listThings",
        "operationId: getThings",
        &[
            "breaking new:11 getThings: was called `listThings`; generated code has another name for it",
        ],
    ),
    (
        "summary: List",
        "summary: List things",
        &["documentation new:12 listThings: another `summary`"],
    ),
    (
        "summary: List",
        "deprecated: true",
        &[
            "compatible new:12 listThings: is deprecated now",
            "documentation old:12 listThings: `summary` removed",
        ],
    ),
    (
        "      security: []",
        "      security: [{ token: [] }]",
        &["breaking new:13 listThings: needs credentials now"],
    ),
    (
        "      security: []",
        "      security: [{}, { token: [] }]",
        &[],
    ),
    (
        "security: [{ token: [] }]",
        "security: [{ token: [], key: [] }]",
        &["breaking new:7 createThing: `token` is no longer enough"],
    ),
    (
        "security: [{ token: [] }]",
        "security: [{ token: [] }, { key: [] }]",
        &["compatible new:7 createThing: `key` is enough now"],
    ),
    (
        "scheme: bearer",
        "scheme: basic",
        &["breaking new:44 the security scheme `token`: another `scheme`"],
    ),
    (
        "      x-rate-limit: reads\n",
        "",
        &["compatible new:10 listThings: another rate limit"],
    ),
    (
        "x-required-role: owner",
        "x-required-role: editor",
        &["breaking new:33 createThing: needs the role `editor` now"],
    ),
    (
        "x-required-role: owner",
        "x-required-role: [editor, owner]",
        &["compatible new:33 createThing: needs the role `editor` or `owner` now"],
    ),
    ("x-required-role: owner", "x-required-role: [owner]", &[]),
    (
        "      x-required-role: owner\n",
        "",
        &["compatible old:33 createThing: needs no role any more"],
    ),
    (
        "      x-required-role: owner\n",
        "      x-required-role: owner\n      x-idempotent: true\n",
        &["compatible new:34 createThing: may be repeated now"],
    ),
    (
        "        - name: limit",
        "        - name: count",
        &[
            "breaking old:16 listThings, query parameter `limit`: is removed",
            "compatible new:16 listThings, query parameter `count`: is new",
        ],
    ),
    (
        "          in: query\n          schema: { type: integer",
        "          in: query\n          required: true\n          schema: { type: integer",
        &["breaking new:16 listThings, query parameter `limit`: is required now"],
    ),
    (
        "        - $ref: '#/components/parameters/Sort'\n",
        "",
        &["breaking old:19 listThings, query parameter `sort`: is removed"],
    ),
    (
        "        - $ref: '#/components/parameters/Sort'\n",
        "        - $ref: '#/components/parameters/Sort'\n        - { name: q, in: query, required: true, schema: { type: string } }\n",
        &["breaking new:20 listThings, query parameter `q`: is new and required"],
    ),
    (
        "minimum: 1, maximum: 100",
        "minimum: 2, maximum: 100",
        &[
            "breaking new:18 listThings, query parameter `limit`: `minimum` is `2` now, was `1`, in requests",
        ],
    ),
    (
        "minimum: 1, maximum: 100",
        "minimum: 0, maximum: 200",
        &[
            "compatible new:18 listThings, query parameter `limit`: `minimum` is `0` now, was `1`, in requests",
            "compatible new:18 listThings, query parameter `limit`: `maximum` is `200` now, was `100`, in requests",
        ],
    ),
    (
        "default: 20",
        "default: 10",
        &["breaking new:18 listThings, query parameter `limit`: `default` is `10` now, was `20`"],
    ),
    (
        ", default: 20",
        "",
        &["breaking old:18 listThings, query parameter `limit`: `default` `20` is removed"],
    ),
    (
        "        '404': { $ref: '#/components/responses/NotFound' }\n",
        "",
        &["breaking old:30 listThings: the status 404 is removed"],
    ),
    (
        "'201': { description: Made. }",
        "'201': { description: Made. }\n        '202': { description: Later. }",
        &["compatible new:42 createThing: the status 202 is new"],
    ),
    (
        "            ETag: { required: true",
        "            Etag: { required: false",
        &["breaking new:24 listThings, status 200, header `ETag`: may be missing now"],
    ),
    (
        "            ETag: { required: true, schema: { type: string } }",
        "            Age: { schema: { type: integer } }",
        &[
            "breaking old:24 listThings, status 200, header `ETag`: is removed",
            "compatible new:24 listThings, status 200, header `Age`: is new",
        ],
    ),
    (
        "        required: true\n        x-body-limit: 4096",
        "        x-body-limit: 8192",
        &[
            "compatible new:34 createThing, request body: is optional now",
            "compatible new:35 createThing, request body: another `x-body-limit`",
        ],
    ),
    (
        "        x-body-limit: 4096",
        "        x-body-limit: 2048",
        &["breaking new:36 createThing, request body: another `x-body-limit`"],
    ),
    (
        "application/json:\n            schema: { $ref: '#/components/schemas/ThingCreate' }",
        "application/xml:\n            schema: { $ref: '#/components/schemas/ThingCreate' }",
        &[
            "breaking old:38 createThing, request body: `application/json` is removed",
            "compatible new:38 createThing, request body: `application/xml` is new",
        ],
    ),
    (
        "enum: [big, small]",
        "enum: [big, small, tiny]",
        &[
            "breaking new:58 Kind: the value `tiny` is new in responses",
            "compatible new:58 Kind: the value `tiny` is new in requests",
        ],
    ),
    (
        "enum: [big, small]",
        "enum: [big]",
        &[
            "breaking old:58 Kind: the value `small` is removed in requests",
            "compatible old:58 Kind: the value `small` is removed in responses",
        ],
    ),
    (
        ", enum: [big, small]",
        "",
        &[
            "breaking old:58 Kind: any value is allowed now in responses",
            "compatible old:58 Kind: any value is allowed now in requests",
        ],
    ),
    (
        "required: [id, size]",
        "required: [id]",
        &["breaking old:61 Thing.size: is optional now in responses"],
    ),
    (
        "required: [id, size]",
        "required: [id, size, note]",
        &["compatible new:61 Thing.note: is required now in responses"],
    ),
    (
        "        note: { type: string, maxLength: 80 }\n",
        "",
        &["breaking old:66 Thing.note: is removed in responses"],
    ),
    (
        "        note: { type: string, maxLength: 80 }",
        "        note: { type: string, maxLength: 90 }",
        &["breaking new:66 Thing.note: `maxLength` is `90` now, was `80`, in responses"],
    ),
    (
        "        note: { type: string, maxLength: 80 }",
        "        note: { type: string, maxLength: 80, nullable: true }",
        &["breaking new:66 Thing.note: `nullable` `true` is new in responses"],
    ),
    (
        "        note: { type: string, maxLength: 80 }",
        "        note: { type: string, maxLength: 80, example: x }",
        &["documentation new:66 Thing.note: `example` added"],
    ),
    (
        "        note: { type: string, maxLength: 80 }",
        "        note: { type: string, maxLength: 80, minLength: 0 }",
        &[],
    ),
    (
        "        note: { type: string, maxLength: 80 }",
        "        note: { type: string, maxLength: 80 }\n        more: { type: string }",
        &["compatible new:67 Thing.more: is new in responses"],
    ),
    (
        "id: { type: string, format: uuid }",
        "id: { type: string }",
        &["breaking old:63 Thing.id: `format` `uuid` is removed in responses"],
    ),
    (
        "id: { type: string, format: uuid }",
        "id: { type: integer }",
        &[
            "breaking old:63 Thing.id: `format` `uuid` is removed in responses",
            "breaking new:63 Thing.id: `type` is `integer` now, was `string`, in responses",
        ],
    ),
    (
        "        size: { type: integer, minimum: 0, maximum: 10 }\n        kind",
        "        size: { type: number, minimum: 0, maximum: 10 }\n        kind",
        &["breaking new:64 Thing.size: `type` is `number` now, was `integer`, in responses"],
    ),
    (
        "        size: { type: integer, minimum: 0, maximum: 10 }\n        kind",
        "        size: { allOf: [{ $ref: '#/components/schemas/Size' }] }\n        kind",
        &[
            "breaking old:64 Thing.size: `type` `integer` is removed in responses",
            "breaking old:64 Thing.size: `minimum` `0` is removed in responses",
            "breaking old:64 Thing.size: `maximum` `10` is removed in responses",
            "breaking new:64 Thing.size: another `$ref`",
        ],
    ),
    (
        "      required: [size]",
        "      required: [size, tags]",
        &["breaking new:71 ThingCreate.tags: is required now in requests"],
    ),
    (
        "      required: [size]\n",
        "",
        &["compatible old:71 ThingCreate.size: is optional now in requests"],
    ),
    (
        "        size: { type: integer, minimum: 0, maximum: 10 }\n        tags",
        "        tags",
        &["breaking old:73 ThingCreate.size: is removed in requests"],
    ),
    (
        "        size: { type: integer, minimum: 0, maximum: 10 }\n        tags",
        "        size: { type: integer, minimum: 0, exclusiveMinimum: true, maximum: 10, multipleOf: 2 }\n        tags",
        &[
            "breaking new:73 ThingCreate.size: `exclusiveMinimum` `true` is new in requests",
            "breaking new:73 ThingCreate.size: `multipleOf` `2` is new in requests",
        ],
    ),
    (
        "minItems: 1, items: { type: string, pattern: '^a' }",
        "items: { type: string, pattern: '^b' }",
        &[
            "breaking new:74 ThingCreate.tags[]: `pattern` is `^b` now, was `^a`, in requests",
            "compatible old:74 ThingCreate.tags: `minItems` `1` is removed in requests",
        ],
    ),
    (
        "minItems: 1, items: { type: string, pattern: '^a' }",
        "minItems: 1, uniqueItems: true, items: { type: string }",
        &[
            "breaking new:74 ThingCreate.tags: `uniqueItems` `true` is new in requests",
            "compatible old:74 ThingCreate.tags[]: `pattern` `^a` is removed in requests",
        ],
    ),
    (
        "note: { type: string, nullable: true }",
        "note: { type: string }",
        &["breaking old:75 ThingCreate.note: `nullable` `true` is removed in requests"],
    ),
    (
        "note: { type: string, nullable: true }",
        "note: { type: string, nullable: true }\n        must: { type: string }",
        &["compatible new:76 ThingCreate.must: is new in requests"],
    ),
    (
        "      additionalProperties: false\n",
        "",
        &["compatible new:69 ThingCreate: more unnamed members are allowed in requests"],
    ),
    (
        "      additionalProperties: false",
        "      additionalProperties: { type: string }",
        &["compatible new:70 ThingCreate: more unnamed members are allowed in requests"],
    ),
    (
        "note: { type: string, nullable: true }",
        "note: { oneOf: [{ type: string }], nullable: true }",
        &[
            "breaking new:75 ThingCreate.note: another `oneOf`",
            "compatible old:75 ThingCreate.note: `type` `string` is removed in requests",
        ],
    ),
];
