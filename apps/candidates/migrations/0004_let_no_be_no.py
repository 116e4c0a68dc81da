from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_the_no(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Of a request that was both accepted and declined keep the answer that shows less."""
    Mentorship = apps.get_model("candidates", "Mentorship")
    both = Mentorship.objects.filter(accepted_at__isnull=False, declined_at__isnull=False)
    both.update(accepted_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0003_plan_for_managers"),
    ]

    operations = [migrations.RunPython(keep_the_no, migrations.RunPython.noop)]
