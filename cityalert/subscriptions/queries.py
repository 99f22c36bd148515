"""Which contact points may be used. One SQL fragment, so that preview and fan-out cannot disagree."""

# For a contact point `cp` and a parameter `severity`.
USABLE = (
    "cp.verified_at IS NOT NULL AND cp.stopped_at IS NULL AND cp.gone_at IS NULL"
    " AND cp.min_severity <= %(severity)s"
)
