from django.urls import path

from apps.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("overview/", views.overview, name="overview"),
    path("cohorts/<int:pk>/", views.cohort, name="cohort"),
    path("candidacy/edit/preview/", views.change_preview, name="change_preview"),
    path("timeline/organiser-view/", views.organiser_view, name="organiser_view"),
]
