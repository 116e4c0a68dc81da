from django.contrib import admin

from apps.cohorts.models import Cohort
from apps.web.administration import Readable


@admin.register(Cohort)
class CohortAdmin(Readable):
    list_display = ("name", "target_level", "target_on", "created_by", "created_at")
    list_select_related = ("created_by",)
    search_fields = ("name",)
    ordering = ("-pk",)
    fields = (
        "name",
        "framework_version",
        "current_level",
        "target_level",
        "target_on",
        "created_by",
        "created_at",
    )
