from io import StringIO

from django.core.management import call_command

from apps.web import policy


def test_policy_prints_every_route_with_its_methods_and_who_may_call_it() -> None:
    printed = StringIO()

    call_command("policy", stdout=printed)

    lines = {line.split()[0]: line.split(maxsplit=2) for line in printed.getvalue().splitlines()}
    assert set(lines) == {route for route, _ in policy.routes()}
    assert lines["stories:edit"][1:] == ["GET,POST", "signed in        /stories/<int:pk>/"]
    assert lines["accounts:invite"][1:] == ["POST", "organiser or administrator /account/invitations/new/"]
