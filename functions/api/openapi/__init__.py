"""The API's own description: the OpenAPI document, generated from the routes."""
