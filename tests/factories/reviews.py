import factory
from django.utils import timezone

from apps.candidates.models import Subject
from apps.reviews.models import Comment, Rating, Review
from apps.stories.models import StoryGrant
from tests.factories.candidates import MentorshipFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory


class StoryGrantFactory(factory.django.DjangoModelFactory[StoryGrant]):
    """A story shared with a mentor of its owner, from version 1 on."""

    class Meta:
        model = StoryGrant

    mentorship = factory.SubFactory(MentorshipFactory)
    story = factory.SubFactory(StoryFactory, owner=factory.SelfAttribute("..mentorship.candidacy.person"))
    from_number = 1


class ReviewFactory(factory.django.DjangoModelFactory[Review]):
    """A request that waits, for a version the mentor may read."""

    class Meta:
        model = Review
        skip_postgeneration_save = True

    mentorship = factory.SubFactory(MentorshipFactory)
    version = factory.SubFactory(
        StoryVersionFactory, story__owner=factory.SelfAttribute("...mentorship.candidacy.person")
    )
    asked_at = factory.LazyFunction(timezone.now)
    target_level = factory.SelfAttribute("mentorship.candidacy.target_level")

    @factory.post_generation
    def grant(self: Review, create: bool, extracted: object, **kwargs: object) -> None:
        StoryGrant.objects.get_or_create(
            story=self.version.story,
            mentorship=self.mentorship,
            revoked_at=None,
            defaults={"from_number": self.version.number},
        )


class RatingFactory(factory.django.DjangoModelFactory[Rating]):
    class Meta:
        model = Rating

    review = factory.SubFactory(ReviewFactory)
    kind = Subject.PRINCIPLE
    key = "ownership"
    value = 3


class CommentFactory(factory.django.DjangoModelFactory[Comment]):
    class Meta:
        model = Comment

    review = factory.SubFactory(ReviewFactory)
    author = factory.SelfAttribute("review.mentorship.mentor")
    section = "action"
    body = "Which of these did you build?"
