"""What an administrator with a reason may read of stories and wins."""

from apps.accounts.private_texts import Kind
from apps.stories.content import SECTIONS
from apps.stories.models import Story, Win


def _story(story: Story) -> list[tuple[str, str]]:
    sections = [(section.capitalize(), getattr(story, section)) for section in SECTIONS]
    return [("Title", story.title), *sections, ("Own part", story.own_part)]


STORIES = Kind("story", "Story", lambda person: Story.objects.filter(owner=person), _story)
WINS = Kind("win", "Win", lambda person: Win.objects.filter(owner=person), lambda win: [("Win", win.text)])
