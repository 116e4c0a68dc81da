from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from allauth.socialaccount import views as socialaccount_views

urlpatterns = [
    path("", include("apps.web.urls")),
    path("", include("apps.dashboards.urls")),
    path("", include("apps.candidates.urls")),
    path("projects/", include("apps.projects.urls")),
    path("", include("apps.stories.urls")),
    path("reviews/", include("apps.reviews.urls")),
    path("readiness/", include("apps.readiness.urls")),
    path("account/", include("apps.accounts.urls")),
    # allauth forgets to mark this one as public.
    path(
        "accounts/3rdparty/login/error/",
        login_not_required(socialaccount_views.LoginErrorView.as_view()),
        name="socialaccount_login_error",
    ),
    path("accounts/", include("allauth.urls")),
]
