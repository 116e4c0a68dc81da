from django.urls import path

from apps.readiness import gap_views, mentor_views, rating_views, views

app_name = "readiness"
urlpatterns = [
    path("", views.index, name="index"),
    path("factors/", views.factors, name="factors"),
    path("over-time/", views.sustained, name="sustained"),
    path("gaps/", gap_views.gaps, name="gaps"),
    path("gaps/accept/", gap_views.gap_accept, name="gap_accept"),
    path("gaps/dismiss/", gap_views.gap_dismiss, name="gap_dismiss"),
    path("gaps/new/", gap_views.gap_new, name="gap_new"),
    path("gaps/<int:pk>/edit/", gap_views.gap_edit, name="gap_edit"),
    path("gaps/<int:pk>/settle/", gap_views.gap_settle, name="gap_settle"),
    path("gaps/<int:pk>/reopen/", gap_views.gap_reopen, name="gap_reopen"),
    path("gaps/<int:pk>/actions/new/", gap_views.action_new, name="action_new"),
    path("actions/<int:pk>/edit/", gap_views.action_edit, name="action_edit"),
    path("actions/<int:pk>/finish/", gap_views.action_finish, name="action_finish"),
    path("actions/<int:pk>/drop/", gap_views.action_drop, name="action_drop"),
    path("actions/<int:pk>/reopen/", gap_views.action_reopen, name="action_reopen"),
    path("indicators/", rating_views.indicators, name="indicators"),
    path("indicators/<slug:key>/rate/", rating_views.indicator_rate, name="indicator_rate"),
    path("principles/", rating_views.principles, name="principles"),
    path("principles/<slug:key>/", rating_views.principle, name="principle"),
    path("talk/", rating_views.talk, name="talk"),
    path("talk/<str:kind>/<slug:key>/mark/", rating_views.talk_mark, name="talk_mark"),
    path("evidence/<str:kind>/<slug:key>/", rating_views.evidence, name="evidence"),
    path("evidence/<str:kind>/<slug:key>/link/", rating_views.evidence_link, name="evidence_link"),
    path("evidence/<str:kind>/<slug:key>/unlink/", rating_views.evidence_unlink, name="evidence_unlink"),
    path("candidates/<int:pk>/", mentor_views.candidate, name="candidate"),
    path("mentors/<int:pk>/sees/", mentor_views.seen_by, name="seen_by"),
    path("<str:kind>/<slug:key>/", views.show, name="show"),
]
