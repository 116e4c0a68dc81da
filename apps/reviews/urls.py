from django.urls import path

from apps.reviews import candidate_views, views

app_name = "reviews"
urlpatterns = [
    path("", candidate_views.index, name="index"),
    path("queue", views.queue, name="queue"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/read", candidate_views.show, name="show"),
    path("<int:pk>/send", views.send, name="send"),
    path("<int:pk>/withdraw", candidate_views.withdraw, name="withdraw"),
    path("<int:pk>/comments", views.comment_new, name="comment_new"),
    path("comments/<int:pk>/", views.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/delete", views.comment_delete, name="comment_delete"),
    path("comments/<int:pk>/restore", views.comment_restore, name="comment_restore"),
    path("comments/<int:pk>/resolve", candidate_views.comment_resolve, name="comment_resolve"),
    path("comments/<int:pk>/reopen", candidate_views.comment_reopen, name="comment_reopen"),
    path("ask/<int:story_id>", candidate_views.ask, name="ask"),
]
