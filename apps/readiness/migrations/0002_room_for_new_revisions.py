from django.db import migrations


class Migration(migrations.Migration):
    """Each change of evidence rewrites all standings of a candidacy: with room on the page, and no index with it."""

    dependencies = [("readiness", "0001_standings")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE readiness_standing SET (fillfactor = 50)",
            "ALTER TABLE readiness_standing RESET (fillfactor)",
        )
    ]
