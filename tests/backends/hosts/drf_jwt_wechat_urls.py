"""The URL of the package's README, and a page for those who are logged in."""

from django.conf.urls import url
from drf_jwt_wechat.views import obtain_jwt_token
from rest_framework.decorators import api_view
from rest_framework.response import Response


@api_view(["GET"])
def me(request):
    """Show what the backend knows of the person whose token came."""
    return Response({"id": request.user.id, "openid": request.user.username})


urlpatterns = [url(r"^api-token-auth/", obtain_jwt_token), url(r"^me/", me)]
