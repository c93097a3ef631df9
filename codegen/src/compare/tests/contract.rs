//! The contract that the cases change.

/// Its text.
pub(super) const BASE: &str = "\
openapi: 3.0.3
info: { title: Things, version: 1.2.3 }
servers:
  - url: https://example.com/v1
x-rate-limits:
  reads: { requests: 100, seconds: 60 }
security: [{ token: [] }]
paths:
  /things:
    get:
      operationId: listThings
      summary: List
      security: []
      x-rate-limit: reads
      parameters:
        - name: limit
          in: query
          schema: { type: integer, minimum: 1, maximum: 100, default: 20 }
        - $ref: '#/components/parameters/Sort'
      responses:
        '200':
          description: All.
          headers:
            ETag: { required: true, schema: { type: string } }
          content:
            application/json:
              schema:
                type: array
                items: { $ref: '#/components/schemas/Thing' }
        '404': { $ref: '#/components/responses/NotFound' }
    post:
      operationId: createThing
      x-required-role: owner
      requestBody:
        required: true
        x-body-limit: 4096
        content:
          application/json:
            schema: { $ref: '#/components/schemas/ThingCreate' }
      responses:
        '201': { description: Made. }
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-Key }
  parameters:
    Sort:
      name: sort
      in: query
      schema: { $ref: '#/components/schemas/Kind' }
  responses:
    NotFound:
      description: None.
      content:
        application/json:
          schema: { type: object, required: [message], properties: { message: { type: string } } }
  schemas:
    Kind: { type: string, enum: [big, small] }
    Thing:
      type: object
      required: [id, size]
      properties:
        id: { type: string, format: uuid }
        size: { type: integer, minimum: 0, maximum: 10 }
        kind: { $ref: '#/components/schemas/Kind' }
        note: { type: string, maxLength: 80 }
        parent: { $ref: '#/components/schemas/Thing' }
    ThingCreate:
      type: object
      additionalProperties: false
      required: [size]
      properties:
        size: { type: integer, minimum: 0, maximum: 10 }
        tags: { type: array, minItems: 1, items: { type: string, pattern: '^a' } }
        note: { type: string, nullable: true }
";
