"""Addresses of subscribing, open to everybody; and the network's look at the brakes."""

from django.urls import path

from cityalert.residents import own_views, views
from cityalert.residents.staff import brakes

app_name = "residents"
urlpatterns = [
    path("subscribe/", views.choose, name="choose"),
    path("subscribe/<language:language>/", views.subscribe, name="subscribe"),
    path("subscribe/<language:language>/link/", views.link, name="link"),
    path("subscribe/<language:language>/code/", views.code, name="code"),
    path("subscribe/<language:language>/sent/", views.sent, name="sent"),
    path("subscribe/<language:language>/open/<str:token>/", views.open_link, name="open"),
    path("subscribe/<language:language>/mine/", own_views.mine, name="mine"),
    path("subscribe/<language:language>/mine/add/", own_views.add, name="add"),
    path("subscribe/<language:language>/over/", views.over, name="over"),
    path("subscribe/told/<str:token>/", views.told, name="told"),
    path("hub/subscribing/", brakes, name="brakes"),
]
