"""A column that follows another: what makes names that look alike collide in the database."""

from typing import Any

from django.db import models

from partners import names


class SkeletonField(models.CharField[str, str]):
    """The skeleton of the model's `name`, worked out anew at each save, also in bulk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 200, "editable": False, **kwargs})

    def pre_save(self, model_instance: Any, add: bool) -> str:  # noqa: ARG002 (Django's own)
        """What is stored."""
        value = names.skeleton(model_instance.name)
        setattr(model_instance, self.attname, value)
        return value
