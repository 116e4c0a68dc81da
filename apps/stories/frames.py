"""Which framework's words a person's evidence is shown in."""

from apps.accounts.models import User
from apps.candidates.places import place_of
from apps.frameworks.models import FrameworkVersion, content_of
from apps.frameworks.schema import Framework
from apps.stories.models import Story


def framework_for(user: User) -> Framework:
    """That of the open candidacy; without one the newest shipped version."""
    candidacy = place_of(user).candidacy
    return candidacy.framework if candidacy else FrameworkVersion.objects.current().content


def framework_of(story: Story) -> Framework:
    """The same for a story fetched `for_editor()`, which already names the candidacy's version."""
    version_id = getattr(story, "framework_version_id", None)
    return content_of(version_id) if version_id else FrameworkVersion.objects.current().content
