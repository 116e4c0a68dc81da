import hashlib
import json
from functools import lru_cache
from typing import Any, Self

from django.db import models

from apps.frameworks.schema import Framework

SHIPPED_KEY = "internal-promotion"
VERSIONS_HELD = 64


class VersionIsFrozen(Exception):
    """A framework version never changes; load the new text as a new version."""


class FrameworkVersionQuerySet(models.QuerySet["FrameworkVersion"]):
    def current(self, key: str = SHIPPED_KEY) -> "FrameworkVersion":
        """The newest version; raises DoesNotExist when none was loaded."""
        return self.filter(key=key).order_by("-number")[:1].get()

    def in_full(self) -> Self:
        """With the document, which is left out otherwise: it is large and held in the process."""
        return self.defer(None)


AllVersions = models.Manager.from_queryset(FrameworkVersionQuerySet)


class FrameworkVersionManager(AllVersions["FrameworkVersion"]):
    def get_queryset(self) -> FrameworkVersionQuerySet:
        return FrameworkVersionQuerySet(self.model, using=self._db).defer("document")


class FrameworkVersion(models.Model):
    key = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    document = models.JSONField()
    checksum = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FrameworkVersionManager()

    class Meta:
        # A version reached through a foreign key leaves its document out as well.
        base_manager_name = "objects"
        ordering = ("key", "-number")
        constraints = (
            models.UniqueConstraint(fields=["key", "number"], name="framework_version_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    def save(self, **kwargs: Any) -> None:
        """Only once: a candidacy stays on the version it began with. A trigger says the same."""
        if not self._state.adding:
            raise VersionIsFrozen
        super().save(**kwargs)

    @property
    def content(self) -> Framework:
        return content_of(self.pk)


@lru_cache(maxsize=VERSIONS_HELD)
def content_of(version_id: int) -> Framework:
    """The framework of a version: one statement the first time in a process, none afterwards."""
    document = FrameworkVersion.objects.in_full().values_list("document", flat=True).get(pk=version_id)
    return Framework.model_validate(document)


def document_of(framework: Framework) -> dict[str, Any]:
    return framework.model_dump(mode="json", exclude_none=True)


def checksum_of(framework: Framework) -> str:
    canonical = json.dumps(document_of(framework), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
