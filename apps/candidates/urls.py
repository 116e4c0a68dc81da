from django.urls import path

from apps.candidates import course_views, views

app_name = "candidates"
urlpatterns = [
    path("candidacy/new/", views.start, name="start"),
    path("candidacy/edit/", views.edit, name="edit"),
    path("briefing/", course_views.briefing, name="briefing"),
    path(
        "briefing/advantages/<str:group>/<str:key>/choose/",
        course_views.advantage_choose,
        name="advantage_choose",
    ),
    path("briefing/challenges/none/", course_views.challenge_none, name="challenge_none"),
    path("briefing/challenges/<str:key>/choose/", course_views.challenge_choose, name="challenge_choose"),
    path("timeline/", views.timeline, name="timeline"),
    path("timeline/phases/<str:key>/", course_views.phase, name="phase"),
    path("timeline/phases/<str:key>/<str:item>/tick/", course_views.tick, name="tick"),
    path("rate/", views.rate, name="rate"),
    path("mentors/", views.mentors, name="mentors"),
    path("mentors/new/", views.mentorship_new, name="mentorship_new"),
    path("mentors/decline/", views.mentorship_decline, name="mentorship_decline"),
    path("mentors/<int:pk>/pause/", views.mentorship_pause, name="mentorship_pause"),
    path("mentors/<int:pk>/resume/", views.mentorship_resume, name="mentorship_resume"),
    path("mentors/<int:pk>/revoke/", views.mentorship_revoke, name="mentorship_revoke"),
    path("mentors/<int:pk>/renew-link/", views.mentorship_renew_link, name="mentorship_renew_link"),
    path("mentors/<int:pk>/plan/", views.mentorship_plan, name="mentorship_plan"),
    path("mentors/<int:pk>/readiness/", views.mentorship_readiness, name="mentorship_readiness"),
    path("cohorts/<int:pk>/join/", views.cohort_join, name="cohort_join"),
    path("my-candidates/", views.my_candidates, name="my_candidates"),
]
