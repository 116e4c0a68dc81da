import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from tests.cast import CountStatements
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_index_takes_four_statements_however_many_stories_there_are(
    client: Client, candidate: User, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    for story in StoryFactory.create_batch(rows, owner=candidate):
        story.project = ProjectFactory.create(owner=candidate)
        story.save(update_fields=["project"])
        StoryVersionFactory.create(story=story)
    path = reverse("stories:index")
    client.get(path)

    with statements() as done:
        page = client.get(path)

    assert len(page.context["page"].rows) == min(rows, 50)
    assert done.count == 4, done.sql
