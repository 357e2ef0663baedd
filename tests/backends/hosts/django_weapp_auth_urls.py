"""The package's own two URLs, and a page for those who are logged in."""

from django.urls import include
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.decorators import authentication_classes
from rest_framework.decorators import permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from weapp_auth.authenticator.OpenIdAuthenticator import OpenIdAuthenticator


@api_view(["GET"])
@authentication_classes([OpenIdAuthenticator])
@permission_classes([IsAuthenticated])
def me(request):
    """Show what the backend knows of the person whose token came."""
    known = request.user.weapp_user
    return Response({"id": request.user.id, "nickName": known.nickName})


urlpatterns = [path("weapp_auth/", include("weapp_auth.urls")), path("me/", me)]
