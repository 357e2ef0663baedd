"""The package's own URLs, the way in, and a page for those who are logged in."""

from django.http import HttpResponse
from django.http import JsonResponse
from django.urls import include
from django.urls import path


def home(request):
    """Show the button that begins a login."""
    return HttpResponse(
        '<form method="post" action="/accounts/weixin/login/">'
        "<button>WeChat</button></form>"
    )


def me(request):
    """Show what the backend knows of whoever is logged in."""
    if not request.user.is_authenticated:
        return HttpResponse("nobody")
    account = request.user.socialaccount_set.get(provider="weixin")
    return JsonResponse(
        {"uid": account.uid, "nickname": account.extra_data["nickname"]}
    )


urlpatterns = [
    path("", home),
    path("me/", me),
    path("accounts/", include("allauth.urls")),
]
