"""A small API description with everything that the reference page can show."""

# ruff: noqa: E501  # sentences and addresses are easier to read in one piece

from __future__ import annotations

APPLICATION_SCHEMA = {
    "type": "object",
    "required": ["id", "name", "type", "state"],
    "properties": {
        "id": {
            "type": "string",
            "description": "The id, never used again after deletion.",
            "example": "8q2kV1",
        },
        "client_id": {"type": "string", "example": "fieldnotes"},
        "name": {"type": "string", "minLength": 1, "maxLength": 120, "example": "Fieldnotes"},
        "type": {
            "type": "string",
            "enum": ["confidential", "public", "backend"],
            "description": "Set at creation, never changed.",
        },
        "state": {"type": "string", "enum": ["enabled", "disabled", "deletion_scheduled"]},
        "purge_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When a scheduled deletion becomes final.",
        },
        "audience": {
            "type": "object",
            "description": "Who may use it. Requested and effective differ until an operator approves.",
            "properties": {
                "requested": {
                    "type": "string",
                    "enum": ["own_organization", "listed_organizations", "any_organization"],
                },
                "effective": {
                    "type": "string",
                    "enum": ["own_organization", "listed_organizations", "any_organization"],
                },
            },
        },
        "redirect_uris": {"type": "array", "items": {"type": "string", "format": "uri"}, "maxItems": 50},
    },
}
PROBLEM = {
    "description": "Refused; the body says why (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
API = {
    "openapi": "3.1.0",
    "info": {
        "title": "Management API",
        "version": "0.1.0",
        "description": "Everything the console does, over JSON. A token acts in exactly one organization, the one it was issued for.",
    },
    "servers": [{"url": "https://id.northwind.example/api/v1"}],
    "security": [{"oauth": ["grantway:applications"]}],
    "tags": [
        {"name": "Applications", "description": "The registered clients of an organization."},
        {"name": "Credentials", "description": "The secrets of an application, one set per organization."},
    ],
    "paths": {
        "/applications": {
            "get": {
                "operationId": "listApplications",
                "tags": ["Applications"],
                "summary": "List applications",
                "description": "Newest first. Pass `next` of an answer as `cursor` to go on.",
                "parameters": [
                    {
                        "name": "cursor",
                        "in": "query",
                        "schema": {"type": "string"},
                        "description": "Where to go on.",
                    },
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "A page of applications.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "items": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Application"},
                                        },
                                        "next": {"type": ["string", "null"]},
                                    },
                                }
                            }
                        },
                    },
                    "401": {
                        "$ref": "#/components/responses/Refused",
                        "x-error-ids": ["E-TOKEN-01", "E-TOKEN-02"],
                    },
                },
            },
            "post": {
                "operationId": "createApplication",
                "tags": ["Applications"],
                "summary": "Create an application",
                "parameters": [
                    {
                        "name": "Idempotency-Key",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "maxLength": 64},
                        "description": "A retry with the same key gets the same answer.",
                    }
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name", "type"],
                                "properties": {
                                    "name": {
                                        "type": "string",
                                        "minLength": 1,
                                        "maxLength": 120,
                                        "example": "Fieldnotes",
                                    },
                                    "type": {"type": "string", "enum": ["confidential", "public", "backend"]},
                                    "redirect_uris": {
                                        "type": "array",
                                        "items": {"type": "string", "format": "uri"},
                                    },
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "201": {
                        "description": "Created.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Application"}}
                        },
                    },
                    "422": {
                        "$ref": "#/components/responses/Refused",
                        "x-error-ids": ["E-APP-01", "E-APP-02", "E-APP-07"],
                    },
                },
            },
        },
        "/applications/{application_id}": {
            "parameters": [
                {"name": "application_id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "delete": {
                "operationId": "deleteApplication",
                "tags": ["Applications"],
                "summary": "Schedule a deletion",
                "description": "The application is disabled and locked at once, and gone for good after thirty days. Enabling it undoes this until then.",
                "responses": {
                    "204": {"description": "Scheduled."},
                    "404": {"$ref": "#/components/responses/Refused", "x-error-ids": ["E-APP-04"]},
                },
            },
        },
        "/applications/{application_id}/credentials": {
            "post": {
                "operationId": "issueCredential",
                "tags": ["Credentials"],
                "summary": "Issue a secret",
                "parameters": [
                    {"name": "application_id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "201": {
                        "description": "The secret, shown once.",
                        "content": {"application/json": {"example": {"id": "c1", "secret": "gws_…"}}},
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Application": APPLICATION_SCHEMA,
            "Problem": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "error_id": {"type": "string"},
                },
            },
        },
        "responses": {"Refused": PROBLEM},
    },
}
