"""Pages of alerts of others."""
