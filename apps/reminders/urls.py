from django.urls import path

from apps.reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.index, name="index"),
    path("read/", views.read_all, name="read_all"),
    path("settings/", views.settings, name="settings"),
    path("zone/", views.zone, name="zone"),
    path("<int:pk>/follow/", views.follow, name="follow"),
    path("<int:pk>/read/", views.read, name="read"),
    path("<int:pk>/dismiss/", views.dismiss, name="dismiss"),
    path("<int:pk>/snooze/", views.snooze, name="snooze"),
]
