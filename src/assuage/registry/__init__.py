"""Courses on record: SQLite beside the program or PostgreSQL, append-only, sealed, personal data under keys that can go."""
