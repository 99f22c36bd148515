"""What scripts/servers is made of: settings, the account, PostgreSQL, Redis. Standard library only."""
