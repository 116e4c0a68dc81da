from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_level(apps: Any, _: Any) -> None:
    """Give reviews from before the column the level that their candidacy aims at."""
    Review = apps.get_model("reviews", "Review")
    Mentorship = apps.get_model("candidates", "Mentorship")
    level = Mentorship.objects.filter(pk=OuterRef("mentorship")).values("candidacy__target_level")
    Review.objects.filter(target_level="").update(target_level=Subquery(level[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0003_level_a_review_is_for"),
    ]

    operations = [
        migrations.RunPython(fill_level, migrations.RunPython.noop),
    ]
