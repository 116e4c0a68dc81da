from django.urls import path

from apps.accounts import administration_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("access/", views.access, name="access"),
    path("people/<int:pk>/private/", administration_views.private_reading, name="private_reading"),
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/new/", views.invite, name="invite"),
    path("invitations/<int:pk>/renew/", views.renew, name="renew"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("invitations/<str:token>/join/", views.join, name="join"),
    path("invitations/<str:token>/accept/", views.accept, name="accept"),
]
