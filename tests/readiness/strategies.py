"""Facts of the ladder as hypothesis makes them up."""

from datetime import date

from hypothesis import strategies as st

from apps.readiness.ladder import Endorsement, ProjectFacts, StoryFacts, SubjectFacts

TODAY = date(2026, 11, 25)

endorsements = st.builds(Endorsement, mentor=st.sampled_from(["Henrik", "Amara"]), rating=st.integers(1, 4))
stories = st.builds(
    StoryFacts,
    story_id=st.integers(1, 50),
    title=st.just("A story"),
    is_archived=st.booleans(),
    is_complete=st.booleans(),
    is_measured=st.booleans(),
    is_unchanged=st.booleans(),
    endorsements=st.lists(endorsements, max_size=3).map(tuple),
    project_id=st.none() | st.integers(1, 4),
    ended_on=st.none() | st.dates(date(2024, 1, 1), TODAY),
    started_on=st.none() | st.dates(date(2024, 1, 1), TODAY),
    teams=st.none() | st.integers(1, 9),
    organisations=st.none() | st.integers(1, 4),
).filter(
    # The database takes no story that ends before it starts.
    lambda s: s.started_on is None or s.ended_on is None or s.started_on <= s.ended_on
)
projects = st.builds(ProjectFacts, project_id=st.integers(1, 9), name=st.just("A project"))
subject_facts = st.builds(
    SubjectFacts,
    own_rating=st.none() | st.integers(1, 4),
    stories=st.lists(stories, max_size=6, unique_by=lambda s: s.story_id).map(tuple),
    projects=st.lists(projects, max_size=3).map(tuple),
)

ENDORSED = StoryFacts(
    1, "Cut deploys", is_complete=True, is_measured=True, is_unchanged=True,
    endorsements=(Endorsement("Henrik", 3),), project_id=1, ended_on=date(2026, 7, 1),
    started_on=date(2026, 2, 1),
)  # fmt: skip
