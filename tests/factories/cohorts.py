from datetime import timedelta

import factory
from django.utils import timezone

from apps.cohorts.actions import COHORT_INVITATION
from apps.cohorts.models import Cohort, CohortInvitation, Membership, Organiser
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.frameworks import shipped_version


class CohortFactory(factory.django.DjangoModelFactory[Cohort]):
    """From L5 to L6 in 200 days, organised by `created_by`."""

    class Meta:
        model = Cohort
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Cohort {n}")
    framework_version = factory.LazyFunction(shipped_version)
    current_level = "L5"
    target_level = "L6"
    target_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=200))
    created_by = factory.SubFactory(UserFactory, may_create_cohorts=True)

    @factory.post_generation
    def organiser(self: Cohort, create: bool, extracted: object, **kwargs: object) -> None:
        assert self.created_by is not None
        Organiser.objects.create(cohort=self, user=self.created_by)


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """Standing since 30 days; the person brings no candidacy by this."""

    class Meta:
        model = Membership

    cohort = factory.SubFactory(CohortFactory)
    user = factory.SubFactory(UserFactory)
    joined_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))


class CohortInvitationFactory(factory.django.DjangoModelFactory[CohortInvitation]):
    """Open, from whoever made the cohort."""

    class Meta:
        model = CohortInvitation

    cohort = factory.SubFactory(CohortFactory)
    invitation = factory.SubFactory(
        InvitationFactory,
        kind=COHORT_INVITATION,
        invited_by=factory.SelfAttribute("..cohort.created_by"),
    )
