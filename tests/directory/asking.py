"""How tests ask the directory."""

from django.urls import reverse

from cityalert.directory.models import Contact

SEARCH = reverse("directory:search")


def page(partner):
    return reverse("directory:partner", args=[partner.pk])


def found(client, **asked):
    return client.get(SEARCH, asked).content.decode()


def publish(partner, **more):
    return Contact.objects.create(
        partner=partner, position=1, function="control", phone="+14165550177", **more
    )
