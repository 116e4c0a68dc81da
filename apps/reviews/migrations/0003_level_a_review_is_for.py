from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0002_unfinished_comments"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="target_level",
            field=models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
    ]
