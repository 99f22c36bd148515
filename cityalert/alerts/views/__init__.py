"""Pages about alerts: `reading` for whoever looks and answers, `writing` for whoever composes and sends."""
