from django.db import migrations, models

FREEZE = """
CREATE FUNCTION framework_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a framework version never changes' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER framework_version_is_frozen BEFORE UPDATE ON frameworks_frameworkversion
    FOR EACH ROW EXECUTE FUNCTION framework_version_is_frozen();
"""
THAW = """
DROP TRIGGER framework_version_is_frozen ON frameworks_frameworkversion;
DROP FUNCTION framework_version_is_frozen();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FrameworkVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("document", models.JSONField()),
                ("checksum", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("key", "-number"),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("key", "number"), name="framework_version_number_once")
                ],
            },
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
