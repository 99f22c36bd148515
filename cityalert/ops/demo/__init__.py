"""The demo city: a Toronto that is the same each time. Places are real, people and happenings invented."""
