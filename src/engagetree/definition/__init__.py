"""A programme as a checked value: `read` and `check` a `programme.yml`, its `schema`, `templates` and `version`."""
