from django.urls import path

from apps.stories import views, win_views

app_name = "stories"
urlpatterns = [
    path("wins/", win_views.wins, name="wins"),
    path("wins/new", win_views.win_new, name="win_new"),
    path("wins/<int:pk>/", win_views.win_edit, name="win_edit"),
    path("wins/<int:pk>/delete", win_views.win_delete, name="win_delete"),
    path("wins/<int:pk>/undo", win_views.win_undo, name="win_undo"),
    path("wins/<int:pk>/story", win_views.win_story, name="win_story"),
    path("stories/", views.index, name="index"),
    path("stories/new", views.new, name="new"),
    path("stories/<int:pk>/", views.edit, name="edit"),
    path("stories/<int:pk>/metric", views.metric_new, name="metric_new"),
    path("stories/<int:pk>/read", views.show, name="show"),
    path("stories/<int:pk>/history", views.history, name="history"),
    path("stories/<int:pk>/history/<int:number>/", views.version, name="version"),
    path("stories/<int:pk>/history/<int:number>/restore", views.restore, name="restore"),
    path("stories/<int:pk>/archive", views.archive, name="archive"),
    path("stories/<int:pk>/unarchive", views.unarchive, name="unarchive"),
    path("stories/<int:pk>/delete", views.delete, name="delete"),
    path("stories/<int:pk>/undo", views.undo, name="undo"),
]
