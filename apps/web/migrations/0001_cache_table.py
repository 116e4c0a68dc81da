from django.db import migrations


class Migration(migrations.Migration):
    """The table of Django's DatabaseCache, as `createcachetable` would make it.

    Sessions, cache and rate limits live in PostgreSQL, and a fresh database has to hold them at once.
    """

    dependencies = []

    operations = [
        migrations.RunSQL(
            sql=[
                """
                CREATE TABLE cache (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                )
                """,
                "CREATE INDEX cache_expires ON cache (expires)",
            ],
            reverse_sql="DROP TABLE cache",
        )
    ]
