from django.db import connection, transaction

from apps.frameworks.models import FrameworkVersion, checksum_of, document_of
from apps.frameworks.schema import Framework


@transaction.atomic
def load_framework(framework: Framework) -> tuple[FrameworkVersion, bool]:
    """The current version with this content, and whether it was made now.

    Loading what is current already makes none. Loading an older text again makes a new
    version of it, since the newest number is the current one.
    """
    with connection.cursor() as cursor:
        # Two loads at once must not take the same number.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"framework:{framework.key}"])
    checksum = checksum_of(framework)
    newest = FrameworkVersion.objects.filter(key=framework.key).order_by("-number").first()
    if newest is not None and newest.checksum == checksum:
        return newest, False
    version = FrameworkVersion.objects.create(
        key=framework.key,
        number=newest.number + 1 if newest is not None else 1,
        name=framework.name,
        document=document_of(framework),
        checksum=checksum,
    )
    return version, True
