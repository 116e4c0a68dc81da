from django.urls import path

from apps.mail import views

app_name = "mail"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("box/", views.mailbox, name="mailbox"),
    path("box/<str:name>/", views.mailbox_letter, name="mailbox_letter"),
]
