"""The demo: invented people whose year of work is played through the application's own actions."""

from apps.dashboards.demo.documents import read_people

PASSWORD = "starboard demo 2026"  # noqa: S105 - shown to whoever starts the demo, which production refuses
SIGN_INS = {"candidate": 2, "mentor": 2, "organiser": 1, "administrator": 1}


def _accounts() -> list[dict[str, str]]:
    people = read_people()
    return [
        {"role": role, "email": person.email, "password": PASSWORD}
        for role, number in SIGN_INS.items()
        for person in [person for person in people if person.role == role][:number]
    ]


# What `manage.py up --demo` prints: the first people of each role.
ACCOUNTS = _accounts()
