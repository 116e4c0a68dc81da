from django.conf import settings
from django.db import models


class DemoPerson(models.Model):
    """Says that somebody was made by `manage.py demo load`; only these are taken out again."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.user)
