"""What happened among the partners, for those above who care. Sent in the transaction of the act."""

from django.dispatch import Signal

# Told the `membership` and `at` which moment it was added.
member_added = Signal()
